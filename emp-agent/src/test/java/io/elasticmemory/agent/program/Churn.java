package io.elasticmemory.agent.program;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import sun.misc.Unsafe;

/**
 * Allocates and frees in many threads, sizes around the threshold, a few at a time each: {@code
 * Churn THREADS ALLOCATIONS MIN-BYTES CAPACITY-MIB SEED SECONDS}, for at least so long. Fresh
 * memory must be zero, and hold what was written until it is freed. In the end, the whole space
 * must be free again: one buffer of all of it must lie in it.
 */
public final class Churn {
  private static final int HELD_MAX = 8;
  private static final Unsafe UNSAFE = unsafe();

  private final SplittableRandom random;
  private final long minBytes;

  /** Unless the agent comes later. */
  private final boolean isUnsafeZero;

  private final List<Piece> held = new ArrayList<>();

  private Churn(SplittableRandom random, long minBytes, boolean isUnsafeZero) {
    this.random = random;
    this.minBytes = minBytes;
    this.isUnsafeZero = isUnsafeZero;
  }

  /** Memory that one thread has, and what its words hold. */
  private record Piece(MemorySegment segment, long stamp, Runnable free) {}

  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[0]);
    long allocations = Long.parseLong(arguments[1]);
    long minBytes = Long.parseLong(arguments[2]);
    long capacityBytes = Long.parseLong(arguments[3]) << 20;
    SplittableRandom seeds = new SplittableRandom(Long.parseLong(arguments[4]));
    long end = System.nanoTime() + Long.parseLong(arguments[5]) * 1_000_000_000L;
    AtomicLong left = new AtomicLong(allocations);
    List<Thread> running = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < threads; i++) {
      Churn churn = new Churn(seeds.split(), minBytes, arguments[5].equals("0"));
      // Every second one is virtual.
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      running.add(
          builder.start(
              () -> {
                try {
                  churn.run(left, end);
                } catch (Throwable e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      failures.getFirst().printStackTrace();
      System.exit(1);
    }
    long whole = UNSAFE.allocateMemory(capacityBytes);
    System.out.println("allocations are freed, then all of it: " + Where.is(whole));
  }

  private void run(AtomicLong left, long end) {
    while (left.getAndDecrement() > 0 || end - System.nanoTime() > 0) {
      if (held.size() == HELD_MAX) {
        giveBack(held.remove(random.nextInt(HELD_MAX)));
      }
      held.add(take());
    }
    held.forEach(Churn::giveBack);
  }

  private Piece take() {
    // Around the threshold, evenly on a logarithmic scale from a quarter to four times.
    long bytes = Math.max(16, (long) (minBytes * Math.pow(4, random.nextDouble(-1, 1))));
    Piece piece =
        switch (random.nextInt(5)) {
          case 0 -> direct((int) bytes);
          case 1 -> confined(bytes);
          case 2 -> shared(bytes);
          case 3 -> byUnsafe(bytes);
          default -> reallocated(bytes);
        };
    write(piece);
    return piece;
  }

  private Piece direct(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    requireZero(segment);
    return new Piece(segment, random.nextLong(), () -> UNSAFE.invokeCleaner(buffer));
  }

  /** A confined arena can only be closed by its own thread, which is this one. */
  private Piece confined(long bytes) {
    Arena arena = Arena.ofConfined();
    MemorySegment segment = arena.allocate(bytes);
    requireZero(segment);
    return new Piece(segment, random.nextLong(), arena::close);
  }

  private Piece shared(long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(bytes, 4096);
    requireZero(segment);
    return new Piece(segment, random.nextLong(), arena::close);
  }

  private Piece byUnsafe(long bytes) {
    long address = UNSAFE.allocateMemory(bytes);
    MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(bytes);
    if (isUnsafeZero && bytes >= minBytes) {
      requireZero(segment);
    }
    return new Piece(segment, random.nextLong(), () -> UNSAFE.freeMemory(address));
  }

  private Piece reallocated(long bytes) {
    long small = UNSAFE.allocateMemory(16);
    UNSAFE.putLong(small, 42);
    UNSAFE.putLong(small + 8, 43);
    long address = UNSAFE.reallocateMemory(small, bytes);
    if (UNSAFE.getLong(address) != 42 || UNSAFE.getLong(address + 8) != 43) {
      throw new IllegalStateException("reallocated memory has lost what it held");
    }
    return new Piece(
        MemorySegment.ofAddress(address).reinterpret(bytes),
        random.nextLong(),
        () -> UNSAFE.freeMemory(address));
  }

  private void requireZero(MemorySegment segment) {
    for (long at : places(segment)) {
      if (segment.get(JAVA_LONG_UNALIGNED, at) != 0) {
        throw new IllegalStateException("fresh memory is not zero at " + at);
      }
    }
  }

  private static void write(Piece piece) {
    for (long at : places(piece.segment)) {
      piece.segment.set(JAVA_LONG_UNALIGNED, at, piece.stamp + at);
    }
  }

  private static void giveBack(Piece piece) {
    for (long at : places(piece.segment)) {
      if (piece.segment.get(JAVA_LONG_UNALIGNED, at) != piece.stamp + at) {
        throw new IllegalStateException("a word has changed at " + at);
      }
    }
    piece.free.run();
  }

  /** Both ends and one between. */
  private static long[] places(MemorySegment segment) {
    long bytes = segment.byteSize();
    return new long[] {0, bytes / 2 & -8, bytes - 8};
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
