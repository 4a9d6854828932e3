package io.elasticmemory.samples.bench.ladder;

/**
 * A fixed permutation without a table: what has neighbouring numbers ends far apart. Numbers are
 * mixed within the next power of two, each step of which can be undone, until the result is one of
 * those that there are (cycle walking; Black and Rogaway, "Ciphers with Arbitrary Finite Domains",
 * 2002).
 */
final class PageOrder {
  private static final int MULTIPLIER_1 = 0x9E3779B1;
  private static final int MULTIPLIER_2 = 0x85EBCA6B;

  private final int count;
  private final int mask;
  private final int shift;

  PageOrder(int count) {
    int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(count - 1));
    this.count = count;
    this.mask = (int) ((1L << bits) - 1);
    this.shift = (bits + 1) / 2;
  }

  /** Where a number below the count goes. */
  int place(int number) {
    int x = number;
    // Ends: a permutation of the larger set leads back into the smaller one.
    do {
      x = (x + 1) * MULTIPLIER_1 & mask;
      x ^= x >>> shift;
      x = x * MULTIPLIER_2 & mask;
      x ^= x >>> shift;
    } while (x >= count);
    return x;
  }
}
