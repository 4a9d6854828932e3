package io.elasticmemory.tiering.sim;

/** The only source of chance in a run: the same seed gives the same run. */
class Seeded {
  private long state;

  Seeded(long seed) {
    state = seed * 0x9e3779b97f4a7c15L;
  }

  /** 64 random bits. */
  long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A number in {@code [0, bound)}. */
  int below(int bound) {
    return (int) ((next() >>> 33) * bound >>> 31);
  }

  /** True once in {@code times} on average. */
  boolean oneIn(int times) {
    return below(times) == 0;
  }

  /** A number in {@code [least, most]}. */
  long between(long least, long most) {
    return least + Long.remainderUnsigned(next(), most - least + 1);
  }
}
