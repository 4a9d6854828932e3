package io.elasticmemory.tiering.sim;

import java.util.Arrays;

/**
 * The latest events of a run, and a hash over all of them: two runs of one seed must agree in it.
 */
final class Trace {
  private static final int KEPT = 4096;
  private static final int KEPT_FIRST = 256;
  private static final int PRINTED = 40;
  private static final int NUMBERS = 6;

  /** In place of a block: only of interest beside events of all blocks. */
  static final int ASIDE = -2;

  private final VirtualClock clock;
  private String[] formats = new String[KEPT_FIRST];
  private long[] numbers = new long[KEPT_FIRST * NUMBERS];
  private long count;
  private long hash;

  Trace(VirtualClock clock) {
    this.clock = clock;
  }

  /**
   * Notes an event of a block (-1: of none). The text is made only if it is printed; the format's
   * numbers are the block and up to four more.
   */
  void add(String format, long block, long a, long b, long c, long d) {
    if (count == formats.length && count < KEPT) {
      formats = Arrays.copyOf(formats, 2 * formats.length);
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
    }
    int slot = (int) (count % formats.length);
    count++;
    formats[slot] = format;
    int at = slot * NUMBERS;
    numbers[at] = clock.nanoTime();
    numbers[at + 1] = block;
    numbers[at + 2] = a;
    numbers[at + 3] = b;
    numbers[at + 4] = c;
    numbers[at + 5] = d;
    long mixed = numbers[at] + 31 * (block + 31 * (a + 31 * (b + 31 * (c + 31 * d))));
    hash = Long.rotateLeft(hash ^ mixed ^ format.hashCode(), 29) * 0x9e3779b97f4a7c15L;
  }

  void add(String format, long block, long a, long b, long c) {
    add(format, block, a, b, c, 0);
  }

  void add(String format, long block, long a, long b) {
    add(format, block, a, b, 0, 0);
  }

  void add(String format, long block, long a) {
    add(format, block, a, 0, 0, 0);
  }

  void add(String format, long block) {
    add(format, block, 0, 0, 0, 0);
  }

  /** Depends on every event so far, in order. */
  long hash() {
    return hash;
  }

  /** Events so far. */
  long count() {
    return count;
  }

  /** The last events that concern a block, or of all if the block is -1; one a line. */
  String last(int block) {
    StringBuilder text = new StringBuilder();
    int printed = 0;
    for (long i = count - 1; i >= Math.max(0, count - formats.length) && printed < PRINTED; i--) {
      int at = (int) (i % formats.length) * NUMBERS;
      if (block < 0 || numbers[at + 1] == block || numbers[at + 1] == -1) {
        text.insert(0, line((int) (i % formats.length), at));
        printed++;
      }
    }
    return text.toString();
  }

  private String line(int slot, int at) {
    String event =
        String.format(
            formats[slot],
            numbers[at + 1],
            numbers[at + 2],
            numbers[at + 3],
            numbers[at + 4],
            numbers[at + 5]);
    return String.format("%,18d ns  %s%n", numbers[at], event);
  }
}
