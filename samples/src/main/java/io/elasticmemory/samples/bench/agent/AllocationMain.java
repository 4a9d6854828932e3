package io.elasticmemory.samples.bench.agent;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongUnaryOperator;

/**
 * Times allocations and prints what they took, one figure a line. Knows nothing of EMP, and runs
 * once with the agent and once without.
 */
public final class AllocationMain {
  /** Enough for a fifth of a second: the pager is being compiled meanwhile, and so is this. */
  private static final int SMALL_BATCHES = 401;

  private static final int LARGE_BATCHES = 11;
  private static final long SMALL_BYTES = 64;
  private static final long LARGE_BYTES = 4L << 20;
  private static final long PAGE_BYTES = 4096;

  private static long sum;

  private AllocationMain() {}

  /** Prints when {@code main} began, in milliseconds of the epoch, then the figures. */
  public static void main(String[] arguments) {
    System.out.println("main " + System.currentTimeMillis());
    long begun = System.nanoTime();
    sum += arena(LARGE_BYTES);
    print("firstLargeMillis", (System.nanoTime() - begun) / 1e6);
    print("smallDirectNanos", nanos(SMALL_BATCHES, 3_000, AllocationMain::direct, SMALL_BYTES));
    print("smallArenaNanos", nanos(SMALL_BATCHES, 20_000, AllocationMain::arena, SMALL_BYTES));
    print("largeArenaMicros", nanos(LARGE_BATCHES, 20, AllocationMain::arena, LARGE_BYTES) / 1e3);
    print(
        "largeTouchedMicros", nanos(LARGE_BATCHES, 3, AllocationMain::touched, LARGE_BYTES) / 1e3);
    // The hash keeps the compiler from leaving anything out.
    System.out.println("hash " + sum);
  }

  private static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "%s %.3f%n", name, value);
  }

  /** Median of batches, the first half of which only warm up. */
  private static double nanos(int batches, int times, LongUnaryOperator allocation, long bytes) {
    double[] perAllocation = new double[batches];
    for (int batch = -batches; batch < batches; batch++) {
      long begun = System.nanoTime();
      for (int i = 0; i < times; i++) {
        sum += allocation.applyAsLong(bytes);
      }
      if (batch >= 0) {
        perAllocation[batch] = (System.nanoTime() - begun) / (double) times;
      }
    }
    Arrays.sort(perAllocation);
    return perAllocation[batches / 2];
  }

  /** Freed by the collector: what programs do that know no better. */
  private static long direct(long bytes) {
    return ByteBuffer.allocateDirect((int) bytes).capacity();
  }

  private static long arena(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      return arena.allocate(bytes).address();
    }
  }

  private static long touched(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes);
      for (long at = 0; at < bytes; at += PAGE_BYTES) {
        segment.set(JAVA_LONG, at, at);
      }
      return segment.get(JAVA_LONG, bytes - PAGE_BYTES);
    }
  }
}
