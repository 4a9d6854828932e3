package io.elasticmemory.testing;

import java.lang.reflect.Method;
import java.util.function.LongSupplier;

/**
 * Asserts that work which is done often leaves no garbage. The JDK's own calls of native functions
 * make objects that only the compiler takes away again, and when it comes to that depends on how
 * busy the machine is: work is repeated until one round is good, and only after {@link
 * #LIMIT_NANOS} it is bad. Work that really allocates does so in every round.
 */
public final class Allocations {
  private static final long LIMIT_NANOS = 240_000_000_000L;

  private Allocations() {}

  /** Does {@code round} again and again until this thread has allocated less than that in one. */
  public static void assertLessThan(long limitBytes, Runnable round) {
    assertRoundsBelow(
        limitBytes,
        () -> {
          long before = ofThisThread();
          round.run();
          return ofThisThread() - before;
        });
  }

  /** As {@link #assertLessThan}, for a round that measures by itself what it allocates. */
  public static void assertRoundsBelow(long limitBytes, LongSupplier round) {
    long begin = System.nanoTime();
    long least = Long.MAX_VALUE;
    int rounds = 0;
    while (least >= limitBytes) {
      if (rounds > 0 && System.nanoTime() - begin > LIMIT_NANOS) {
        throw new AssertionError(
            "%d bytes allocated in the best of %d rounds, less than %d allowed"
                .formatted(least, rounds, limitBytes));
      }
      least = Math.min(least, round.getAsLong());
      rounds++;
    }
  }

  /** Bytes that the calling thread has allocated in the heap. Asking allocates a few more. */
  public static long ofThisThread() {
    try {
      return (long) Asked.BYTES.invoke(Asked.THREADS);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** By reflection, because not every module under test knows the module that can tell. */
  private static final class Asked {
    static final Object THREADS;
    static final Method BYTES;

    static {
      try {
        THREADS =
            Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        BYTES =
            Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes");
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
  }
}
