package io.elasticmemory.samples.app;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;
import sun.misc.Unsafe;

/**
 * Allocates and frees in many threads, a few pieces at a time each, with sizes from a quarter of a
 * threshold to four times of it. Fresh memory must be zero, and hold what was written until it is
 * freed. What is left in the end is seen through the beans of the platform.
 */
public final class Churn {
  private static final String POOL = "java.nio:type=BufferPool,name=emp";
  private static final int HELD_MAX = 24;
  private static final Unsafe UNSAFE = unsafe();

  private final SplittableRandom random;
  private final long minBytes;

  /** What {@code Unsafe} gives is zero where it is in a space only. */
  private final boolean isUnsafeZero;

  private final List<Piece> held = new ArrayList<>();

  private Churn(SplittableRandom random, long minBytes, boolean isUnsafeZero) {
    this.random = random;
    this.minBytes = minBytes;
    this.isUnsafeZero = isUnsafeZero;
  }

  /** Memory that one thread has, and what its words hold. */
  private record Piece(MemorySegment segment, long stamp, Runnable free) {}

  /**
   * Runs it: {@code SEED THREADS ALLOCATIONS MIN-BYTES CAPACITY-MIB [busy]}; if busy, because the
   * agent comes later, it goes on until a line comes on standard input. In the end one piece of all
   * the capacity is allocated.
   */
  public static void main(String[] arguments) throws Exception {
    SplittableRandom seeds = new SplittableRandom(Long.parseLong(arguments[0]));
    int threads = Integer.parseInt(arguments[1]);
    AtomicLong left = new AtomicLong(Long.parseLong(arguments[2]));
    long minBytes = Long.parseLong(arguments[3]);
    long capacityBytes = Long.parseLong(arguments[4]) << 20;
    AtomicBoolean isBusy = new AtomicBoolean(arguments.length > 5);
    List<Thread> running = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < threads; i++) {
      Churn churn = new Churn(seeds.split(), minBytes, !isBusy.get());
      // Every second one is virtual.
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      running.add(
          builder.start(
              () -> {
                try {
                  churn.run(left, isBusy);
                } catch (Throwable e) {
                  failures.add(e);
                }
              }));
    }
    if (isBusy.get()) {
      while (System.in.read() > '\n') {
        continue;
      }
      isBusy.set(false);
    }
    for (Thread thread : running) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      failures.getFirst().printStackTrace();
      System.exit(1);
    }
    sayWhatIsLeft(capacityBytes);
  }

  private static void sayWhatIsLeft(long capacityBytes) throws JMException {
    System.out.println(
        "allocations in the space: " + bean("io.elasticmemory:type=Space", "Allocations"));
    System.out.println(
        "left: %d, %d bytes".formatted(bean(POOL, "Count"), bean(POOL, "MemoryUsed")));
    long whole = UNSAFE.allocateMemory(capacityBytes);
    System.out.println("then all of it: " + bean(POOL, "MemoryUsed") + " bytes");
    UNSAFE.freeMemory(whole);
  }

  private static long bean(String name, String attribute) throws JMException {
    return (long)
        ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(name), attribute);
  }

  private void run(AtomicLong left, AtomicBoolean isBusy) {
    while (left.getAndDecrement() > 0 || isBusy.get()) {
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
