package io.elasticmemory.tiering.policy;

/**
 * Whether it pays to watch the blocks of a queue. It does if they are touched clearly more often
 * than absent blocks are: then to keep those that are touched saves faults. In a program that reads
 * anywhere the one is as likely as the other, nothing that is seen helps, and watching is all cost;
 * then only a few are watched, to see whether that changes. Used by one thread.
 *
 * <p>Time is counted in arrivals, so an absent block comes back once in as many as there are absent
 * ones, and a watched block that were no better would be touched as often.
 */
final class Usefulness {
  /**
   * It is judged when so many touches would have been seen of blocks no better than absent ones.
   */
  private static final int JUDGED_TOUCHES = 64;

  /**
   * The same while it does not pay: a change is to be seen soon, and a mistake costs the watching
   * of one judgement.
   */
  private static final int PROBED_TOUCHES = 16;

  /** So much more often than absent ones must watched blocks be touched: four deviations. */
  private static final float PAYING = 1.5f;

  /** While it does not pay, a few are watched after so many arrivals. */
  private static final int PROBE_ARRIVALS = 1024;

  /** So many are watched then, which makes one batch. */
  private static final int PROBE_BLOCKS = 64;

  /** Two queues are compared when the better one has so many touches. */
  private static final int COMPARED_TOUCHES = 16;

  /** And the other would have so many, were it no better than absent blocks. */
  private static final int COMPARED_TIME = 8;

  private boolean pays = true;
  private long watchedTime;
  private int touches;

  /** Of what was judged before, each judgement counts half as much as the next. */
  private float timeBefore;

  private float touchesBefore;
  private int arrivals;
  private int probes;

  /**
   * A block has arrived.
   *
   * @param watched blocks of the queue that were watched meanwhile
   * @param absent blocks that are known and not present
   */
  void arrived(int watched, int absent) {
    watchedTime += watched;
    if (watchedTime >= (long) judgedTouches() * Math.max(absent, 1)) {
      judge();
    }
    if (++arrivals >= PROBE_ARRIVALS) {
      arrivals = 0;
      probes = PROBE_BLOCKS;
    }
  }

  private int judgedTouches() {
    return pays ? JUDGED_TOUCHES : PROBED_TOUCHES;
  }

  private void judge() {
    pays = touches >= PAYING * judgedTouches();
    timeBefore = recentTime() / 2;
    touchesBefore = recentTouches() / 2;
    watchedTime = 0;
    touches = 0;
  }

  /** A watched block of the queue was touched. */
  void touched() {
    touches++;
    if (!pays && touches >= PAYING * PROBED_TOUCHES) {
      judge();
    }
  }

  /**
   * Whether watched blocks of this queue have been touched clearly more often than those of another
   * lately; false while too little is known.
   */
  boolean isBetterThan(Usefulness other, int absent) {
    return recentTouches() >= COMPARED_TOUCHES
        && other.recentTime() >= (float) COMPARED_TIME * absent
        && recentTouches() * other.recentTime() > PAYING * other.recentTouches() * recentTime();
  }

  private float recentTouches() {
    return touchesBefore + touches;
  }

  private float recentTime() {
    return timeBefore + watchedTime;
  }

  /** Whether one more block may be watched; counts it. */
  boolean mayWatch() {
    if (pays) {
      return true;
    }
    boolean isProbe = probes > 0;
    probes -= isProbe ? 1 : 0;
    return isProbe;
  }
}
