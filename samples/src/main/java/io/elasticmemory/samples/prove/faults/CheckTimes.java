package io.elasticmemory.samples.prove.faults;

import java.util.Arrays;

/** How long the checks of one thread took since somebody looked. For that thread and another. */
final class CheckTimes {
  /** More than a thread does between two looks; of more, the last count. */
  private static final int COUNT_MAX = 1 << 18;

  private final long[] nanos = new long[COUNT_MAX];
  private int count;

  synchronized void add(long each) {
    nanos[count++ % COUNT_MAX] = each;
  }

  /** Takes them all. */
  synchronized long[] take() {
    long[] taken = Arrays.copyOf(nanos, Math.min(count, COUNT_MAX));
    count = 0;
    return taken;
  }
}
