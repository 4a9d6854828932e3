package io.elasticmemory.tiering.policy;

/**
 * Keeps the blocks that are touched at the shortest intervals. Time is counted in arrivals, so it
 * stands still while everything fits.
 *
 * <p>A block arrives on trial, in a short queue: most blocks are not needed again soon, and a scan
 * shall pass through without pushing anything out. It is kept if it is touched there, or if it
 * comes back, however long after it has left, and its intervals so far are short: shorter than the
 * time for which the oldest block that is kept has been watched in vain. The kept blocks go round
 * in a queue; near its end they are watched, those touched start again, and the others leave when
 * the place is needed.
 *
 * <pre>
 *              touched                              touched
 *            ┌───────────────────────────────┐  ┌─────────────┐
 *  arrived   │                               ▼  ▼             │
 * ────────▶ trial ──▶ watched trial        kept ──▶ watched kept
 *   │                      │                ▲           │
 *   │                      └── leaves       │           └── leaves
 *   └── again, at short intervals ──────────┘
 * </pre>
 *
 * <p>That the reuse distance of who comes back is compared with the age of who would have to go is
 * from LIRS (Jiang and Zhang, 2002); that more than one interval counts is from LRU-K (O'Neil and
 * others, 1993); the queue of those on trial is from 2Q and S3-FIFO. That a block remembers when it
 * was last seen takes the place of their ghost queues, and reaches further.
 *
 * <p>When the program turns to something else, those on trial are touched more often than those
 * that are kept. Then the trial may be longer, and whoever comes back is kept, until that has
 * changed. That the two queues share the room by what they have been good for lately is from ARC
 * (Megiddo and Modha, 2003).
 *
 * <p>What is watched costs a fault when it is touched. So only the last part of the kept ones is; a
 * block that is touched there has the rest of the round before it is watched again.
 */
public final class IntervalReplacement implements ReplacementPolicy {
  /** One block in so many present ones is on trial. */
  private static final int TRIAL_PART = 10;

  /**
   * What was read ahead of need is on trial until it is used, and must not be pushed out by more.
   */
  private static final long TRIAL_BYTES_MIN = 8L << 20;

  /** The part of those on trial that is watched: the first burst of touches does not count. */
  private static final float TRIAL_WATCHED = 0.9f;

  /** One in so many of those kept is watched. */
  private static final int KEPT_WATCHED_PART = 8;

  /** As long as the kept ones are short of their part by more than one in so many, all may stay. */
  private static final int SLACK_PART = 32;

  static final int NO_QUEUE = 0;
  private static final int TRIAL = 1;
  private static final int WATCHED_TRIAL = 2;
  private static final int KEPT = 3;
  private static final int WATCHED_KEPT = 4;
  private static final int COOLING = 5;
  private static final int ASIDE = 6;

  /** Mark of a block that is aside: it belongs to those that are kept. */
  private static final int IS_KEPT = 1;

  private final BlockRecords records;
  private final RecordQueue trial;
  private final RecordQueue watchedTrial;
  private final RecordQueue kept;
  private final RecordQueue watchedKept;
  private final RecordQueue cooling;
  private final RecordQueue aside;
  private final int coolingMax;
  private final int trialMin;
  private final Usefulness trialWatch = new Usefulness();
  private final Usefulness keptWatch = new Usefulness();

  /** Blocks that were seen and not forgotten. */
  private int known;

  /** Arrivals so far, never 0: a record with 0 has never been seen. */
  private int now = 1;

  /** Blocks there were when the last one left, which is as many as there can be. */
  private int room;

  /**
   * A policy that knows no block yet.
   *
   * @param coolingMax blocks that are watched for writes at the same time
   * @param trialMin so many blocks may be on trial, if that is not more than half of those present
   */
  public IntervalReplacement(BlockRecords records, int coolingMax, int trialMin) {
    this.records = records;
    this.coolingMax = coolingMax;
    this.trialMin = trialMin;
    trial = new RecordQueue(records, TRIAL);
    watchedTrial = new RecordQueue(records, WATCHED_TRIAL);
    kept = new RecordQueue(records, KEPT);
    watchedKept = new RecordQueue(records, WATCHED_KEPT);
    cooling = new RecordQueue(records, COOLING);
    aside = new RecordQueue(records, ASIDE);
  }

  /** How many blocks of this length can be on trial at least. */
  public static int trialMin(int blockBytes) {
    return (int) (TRIAL_BYTES_MIN / blockBytes);
  }

  @Override
  public void arrived(int block) {
    now = now == -1 ? 1 : now + 1;
    int seen = records.seen(block);
    if (seen == 0) {
      known++;
    } else {
      learn(block, now - seen);
    }
    trialWatch.arrived(watchedTrial.size(), known - size());
    keptWatch.arrived(watchedKept.size(), known - size());
    records.seen(block, now);
    boolean keeps = seen != 0 && records.interval(block) < keptInVain();
    (keeps ? kept : trial).append(block);
    bringOneBack();
  }

  /** The longer memory of a block counts half as much as its last interval. */
  private void learn(int block, int interval) {
    float before = records.interval(block);
    float known = Integer.toUnsignedLong(interval);
    records.interval(block, before == 0 ? 2 * known : (before + known) / 2);
  }

  /**
   * For how long the block that is the next of the kept ones to leave has not been seen; for ever
   * while fewer are kept than may be, or those kept are used less than those on trial.
   */
  private float keptInVain() {
    int others = room - cooling.size() - aside.size();
    if (isTrialBetter()
        || keptSize() == 0
        || keptSize() < others - trialMax(others) - others / SLACK_PART) {
      return Float.MAX_VALUE;
    }
    return Integer.toUnsignedLong(now - records.seen(firstKept()));
  }

  /** The program does something else than it did when the kept ones were chosen. */
  private boolean isTrialBetter() {
    return trialWatch.isBetterThan(keptWatch, known - size());
  }

  private int trialMax(int others) {
    if (isTrialBetter()) {
      return others / 2;
    }
    return Math.max(others / TRIAL_PART, Math.min(others / 2, trialMin));
  }

  private int keptSize() {
    return kept.size() + watchedKept.size();
  }

  private int trialSize() {
    return trial.size() + watchedTrial.size();
  }

  private int firstOnTrial() {
    return watchedTrial.isEmpty() ? trial.first() : watchedTrial.first();
  }

  private int firstKept() {
    return watchedKept.isEmpty() ? kept.first() : watchedKept.first();
  }

  @Override
  public void left(int block) {
    if (records.queue(block) == NO_QUEUE) {
      return;
    }
    room = size();
    leave(block);
    bringOneBack();
  }

  @Override
  public void forgotten(int block) {
    if (records.seen(block) != 0) {
      known--;
    }
    records.seen(block, 0);
    records.interval(block, 0);
  }

  private void leave(int block) {
    switch (records.queue(block)) {
      case TRIAL -> trial.remove(block);
      case WATCHED_TRIAL -> watchedTrial.remove(block);
      case KEPT -> kept.remove(block);
      case WATCHED_KEPT -> watchedKept.remove(block);
      case COOLING -> cooling.remove(block);
      case ASIDE -> aside.remove(block);
      default -> {}
    }
  }

  @Override
  public int toWatch() {
    if (isTrialToBeWatched() && trialWatch.mayWatch()) {
      return trial.moveFirstTo(watchedTrial);
    }
    return isKeptToBeWatched() && keptWatch.mayWatch() ? kept.moveFirstTo(watchedKept) : NOBODY;
  }

  private boolean isTrialToBeWatched() {
    return !trial.isEmpty() && watchedTrial.size() < TRIAL_WATCHED * trialSize();
  }

  private boolean isKeptToBeWatched() {
    return !kept.isEmpty() && watchedKept.size() < keptSize() / KEPT_WATCHED_PART;
  }

  @Override
  public void watched(int block) {
    int queue = records.queue(block);
    if (queue == WATCHED_TRIAL || queue == WATCHED_KEPT) {
      records.seen(block, now);
    }
  }

  @Override
  public void touched(int block) {
    int queueOf = records.queue(block);
    switch (queueOf) {
      case WATCHED_TRIAL, WATCHED_KEPT -> {
        (queueOf == WATCHED_TRIAL ? trialWatch : keptWatch).touched();
        learn(block, now - records.seen(block));
        leave(block);
        kept.append(block);
      }
      case COOLING, ASIDE -> {
        leave(block);
        kept.append(block);
      }
      default -> {}
    }
    records.seen(block, now);
  }

  /** Aside, until all others have been asked or others come and go. */
  @Override
  public void spared(int block) {
    int queue = records.queue(block);
    if (queue != ASIDE) {
      records.mark(block, queue == KEPT || queue == WATCHED_KEPT ? IS_KEPT : 0);
    }
    leave(block);
    aside.append(block);
  }

  private void bringOneBack() {
    if (!aside.isEmpty()) {
      int block = aside.first();
      aside.remove(block);
      (records.mark(block) == IS_KEPT ? kept : trial).append(block);
    }
  }

  @Override
  public void cooling(int block) {
    leave(block);
    records.seen(block, now);
    cooling.append(block);
  }

  @Override
  public int victim() {
    int others = trialSize() + keptSize();
    if (!cooling.isEmpty() && (others == 0 || hasCooledLongEnough())) {
      return cooling.first();
    }
    if (others == 0) {
      return aside.first();
    }
    boolean fromTrial = keptSize() == 0 || trialSize() > trialMax(others);
    return fromTrial ? firstOnTrial() : firstKept();
  }

  /**
   * True when as many have come as may cool at a time: half of all where few are known, as after a
   * take-over, or nobody could leave until many more have been found.
   */
  private boolean hasCooledLongEnough() {
    return cooling.size() >= Math.min(coolingMax, Math.max(1, size() / 2))
        || now - records.seen(cooling.first()) >= coolingMax;
  }

  @Override
  public int size() {
    return trialSize() + keptSize() + cooling.size() + aside.size();
  }
}
