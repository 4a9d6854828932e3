package io.elasticmemory.samples.bench.prefetch;

/**
 * Pages in an order that looks drawn, each once before any comes again; {@code disk_floor.c} has
 * the same. Numbers are shifted onto themselves and multiplied by odd numbers, both of which can be
 * undone, as in the finalizer of murmur3 of A. Appleby.
 *
 * @param bits there are 2^bits places
 */
record Places(int bits) {
  /** As many as a power of two within so many. */
  static Places within(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("no place among " + count);
    }
    return new Places(63 - Long.numberOfLeadingZeros(count));
  }

  long place(long i) {
    long limit = (1L << bits) - 1;
    int shift = bits / 2 + 1;
    long x = i & limit;
    x ^= x >>> shift;
    x = x * 0xff51afd7ed558ccdL & limit;
    x ^= x >>> shift;
    x = x * 0xc4ceb9fe1a85ec53L & limit;
    return x ^ x >>> shift;
  }
}
