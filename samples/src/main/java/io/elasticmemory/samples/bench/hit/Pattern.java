package io.elasticmemory.samples.bench.hit;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Ways to go through memory. Each is one method, the same for every memory it is tried on. */
enum Pattern {
  /** Reads of 8 bytes at random places. */
  READ {
    @Override
    long run(MemorySegment memory, long accesses) {
      long words = memory.byteSize() / JAVA_LONG.byteSize();
      long random = SEED;
      long sum = 0;
      for (long i = 0; i < accesses; i++) {
        random = next(random);
        sum += memory.get(JAVA_LONG, place(random, words));
      }
      return sum;
    }
  },
  /** Writes of 8 bytes at random places. */
  WRITE {
    @Override
    long run(MemorySegment memory, long accesses) {
      long words = memory.byteSize() / JAVA_LONG.byteSize();
      long random = SEED;
      for (long i = 0; i < accesses; i++) {
        random = next(random);
        memory.set(JAVA_LONG, place(random, words), random);
      }
      return random;
    }
  },
  /** STREAM's triad, {@code a[i] = b[i] + 3 * c[i]} in doubles, over the thirds of the memory. */
  TRIAD {
    @Override
    long run(MemorySegment memory, long accesses) {
      long third = memory.byteSize() / 3 & -TRIAD_ALIGNMENT;
      MemorySegment a = memory.asSlice(0, third);
      MemorySegment b = memory.asSlice(third, third);
      MemorySegment c = memory.asSlice(2 * third, third);
      long elements = third / JAVA_DOUBLE.byteSize();
      for (long done = 0; done < accesses; done += elements) {
        triad(a, b, c, Math.min(elements, accesses - done));
      }
      return Double.doubleToLongBits(a.get(JAVA_DOUBLE, 0));
    }
  };

  private static final long SEED = 88172645463325252L;
  private static final long TRIAD_ALIGNMENT = 4096;

  /**
   * Goes through memory.
   *
   * @param accesses how many, or elements of the triad
   * @return something that depends on what was read
   */
  abstract long run(MemorySegment memory, long accesses);

  /** The word for it in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static void triad(MemorySegment a, MemorySegment b, MemorySegment c, long elements) {
    for (long i = 0; i < elements; i++) {
      a.setAtIndex(JAVA_DOUBLE, i, b.getAtIndex(JAVA_DOUBLE, i) + 3 * c.getAtIndex(JAVA_DOUBLE, i));
    }
  }

  /** Marsaglia's xorshift. */
  private static long next(long random) {
    long next = random ^ random << 13;
    next ^= next >>> 7;
    return next ^ next << 17;
  }

  /** Without a division, which would take longer than the access (Lemire's range reduction). */
  private static long place(long random, long words) {
    return Math.multiplyHigh(random >>> 1, words << 1) * JAVA_LONG.byteSize();
  }
}
