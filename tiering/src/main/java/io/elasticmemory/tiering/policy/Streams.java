package io.elasticmemory.tiering.policy;

import java.util.Arrays;

/**
 * Finds streams in the sequence of demanded subblocks: runs forward and backward and strides, many
 * at the same time, however they are interleaved. Two faults next to each other begin a stream, and
 * three at equal distances: the trend that the most recent faults agree on, as in Leap (Al Maruf
 * and Chowdhury, USENIX ATC 2020), found among the last {@value #HISTORY} faults instead of in one
 * sequence, so that other streams between them do no harm.
 *
 * <p>A stream asks for a window of positions ahead. What was asked for does not fault, so the
 * window tells of its use by a <i>tripwire</i>: the first position of each extension is left out,
 * and its fault says that all before it was used. Each such sign doubles the window. A stream that
 * ends with its window unused makes the next ones begin smaller, one that was worth it larger.
 *
 * <p>Used by one thread; allocates nothing after construction.
 */
final class Streams {
  /** Streams followed at the same time; the one unused for longest makes place. */
  static final int STREAMS = 16;

  /** Faults remembered that belong to no stream. */
  static final int HISTORY = 32;

  /** The farthest step of a stride, in subblocks. */
  static final long STRIDE_MAX = 1 << 14;

  private static final int WINDOW_FIRST_MIN = 2;
  private static final int WINDOW_FIRST_MAX = 16;

  /** Windows smaller than this have no tripwire: it would cost as much as it tells. */
  private static final int TRIPWIRE_WINDOW_MIN = 32;

  /** Positions beyond the window in which a fault still belongs to its stream. */
  private static final int SLACK = 4;

  private static final long NO_WIRE = -1;

  private final int windowMax;
  private final int strideWindowMax;

  private final long[] last = new long[STREAMS];
  private final long[] stride = new long[STREAMS];
  private final long[] next = new long[STREAMS];
  private final int[] window = new int[STREAMS];
  private final int[] length = new int[STREAMS];
  private final long[] usedAt = new long[STREAMS];

  private final long[] history = new long[HISTORY];
  private final long[] historyFrom = new long[HISTORY];
  private final long[] historyTo = new long[HISTORY];
  private int historyNext;
  private long clock;
  private final long[] wire = new long[STREAMS];
  private long judged;
  private long used;
  private int firstWindow = 2 * WINDOW_FIRST_MIN;

  /**
   * Streams of at most so many positions ahead.
   *
   * @param windowMax of a run, in subblocks
   * @param strideWindowMax of a stride larger than one
   */
  Streams(int windowMax, int strideWindowMax) {
    this.windowMax = windowMax;
    this.strideWindowMax = strideWindowMax;
    Arrays.fill(usedAt, -1);
    Arrays.fill(wire, NO_WIRE);
    Arrays.fill(history, -1);
    Arrays.fill(historyFrom, -1);
    Arrays.fill(historyTo, -1);
  }

  /**
   * The stream a fault belongs to, a new one if it begins one, or {@link Plan#NO_STREAM}.
   *
   * @param isComing what is missing was on its way already
   */
  int match(long subblock, boolean isComing) {
    clock++;
    for (int s = 0; s < STREAMS; s++) {
      if (usedAt[s] >= 0 && continues(s, subblock)) {
        if (!isComing && wasAskedFor(s, subblock)) {
          // What it has asked for did not come or has left again, as after an earlier pass of the
          // program: without this all of the window would be demanded one by one.
          next[s] = subblock + stride[s];
        }
        advance(s, subblock);
        return s;
      }
    }
    long step = stepTo(subblock);
    return step == 0 ? PrefetchPolicy.Plan.NO_STREAM : begin(subblock, step);
  }

  private boolean continues(int s, long subblock) {
    long step = stride[s];
    long distance = step > 0 ? subblock - last[s] : last[s] - subblock;
    long size = Math.abs(step);
    if (distance < 0 || distance > Math.abs(next[s] - last[s]) + SLACK * size) {
      return false;
    }
    return distance % size == 0;
  }

  private boolean wasAskedFor(int s, long subblock) {
    return subblock != wire[s] && (stride[s] > 0 ? subblock < next[s] : subblock > next[s]);
  }

  private void advance(int s, long subblock) {
    usedAt[s] = clock;
    if (subblock == last[s]) {
      return;
    }
    last[s] = subblock;
    if (wire[s] != NO_WIRE && (stride[s] > 0 ? subblock >= wire[s] : subblock <= wire[s])) {
      used++;
      wire[s] = NO_WIRE;
    }
    length[s]++;
    int max = Math.abs(stride[s]) == 1 ? windowMax : strideWindowMax;
    window[s] = Math.min(max, 2 * window[s]);
  }

  /** The step that leads to this fault from earlier ones, 0 if none does. */
  private long stepTo(long subblock) {
    for (int i = 1; i <= HISTORY; i++) {
      int at = (historyNext - i) & (HISTORY - 1);
      if (history[at] < 0) {
        return 0;
      }
      if (subblock == historyTo[at]) {
        return 1;
      }
      if (subblock == historyFrom[at] - 1) {
        return -1;
      }
      long step = subblock - history[at];
      if (step != 0 && Math.abs(step) <= STRIDE_MAX && contains(history[at] - step)) {
        return step;
      }
    }
    return 0;
  }

  private boolean contains(long subblock) {
    for (long known : history) {
      if (known == subblock) {
        return known >= 0;
      }
    }
    return false;
  }

  private int begin(long subblock, long step) {
    int s = 0;
    for (int i = 1; i < STREAMS; i++) {
      if (usedAt[i] < usedAt[s]) {
        s = i;
      }
    }
    judge(s);
    last[s] = subblock;
    stride[s] = step;
    next[s] = subblock + step;
    window[s] = firstWindow;
    length[s] = 0;
    wire[s] = NO_WIRE;
    usedAt[s] = clock;
    return s;
  }

  /** A program has said that it will go on from here: there is no need to find out. */
  int beginAtFullWindow(long subblock) {
    int s = begin(subblock, 1);
    window[s] = windowMax;
    return s;
  }

  /** A stream makes place for another: how it went decides how large the next ones begin. */
  private void judge(int s) {
    if (usedAt[s] < 0) {
      return;
    }
    if (length[s] <= 1) {
      firstWindow = Math.max(WINDOW_FIRST_MIN, firstWindow / 2);
    } else if (length[s] > 3) {
      firstWindow = Math.min(WINDOW_FIRST_MAX, firstWindow * 2);
    }
  }

  /** True if the stream began with its last fault. */
  boolean isNew(int s) {
    return length[s] == 0;
  }

  /** Remembers a fault that belongs to no stream, with the unit brought for it. */
  void remember(long subblock, long unitFrom, long unitTo) {
    history[historyNext] = subblock;
    historyFrom[historyNext] = unitFrom;
    historyTo[historyNext] = unitTo;
    historyNext = (historyNext + 1) & (HISTORY - 1);
  }

  /** Fills in what the stream wants ahead of its last fault; nothing if it has enough. */
  void plan(int s, PrefetchPolicy.Plan plan) {
    long step = stride[s];
    long size = Math.abs(step);
    long end = last[s] + step * (window[s] + 1L);
    long from = next[s];
    boolean behind = step > 0 ? from <= last[s] : from >= last[s];
    if (behind) {
      from = last[s] + step;
    }
    long missing = (step > 0 ? end - from : from - end) / size;
    plan.stream = s;
    plan.stride = step;
    plan.from = from;
    plan.count = 0;
    if (missing < Math.max(1, window[s] / 2)) {
      return;
    }
    boolean tripwire = window[s] >= TRIPWIRE_WINDOW_MIN && !behind;
    if (tripwire) {
      judged += wire[s] == NO_WIRE ? 1 : 0;
      wire[s] = from;
    }
    plan.from = tripwire ? from + step : from;
    plan.count = (int) (tripwire ? missing - 1 : missing);
  }

  /** Extensions of windows with a tripwire. */
  long judged() {
    return judged;
  }

  /** Those of them whose tripwire was reached. */
  long used() {
    return used;
  }

  /** So far a plan was followed. */
  void followed(int s, long position) {
    if (s < 0) {
      return;
    }
    // Another stream may have the place by now; what is not within its window is not its own.
    long ahead = stride[s] > 0 ? position - last[s] : last[s] - position;
    if (ahead > 0 && ahead <= (window[s] + 2L) * Math.abs(stride[s])) {
      next[s] = position;
    }
  }
}
