package io.elasticmemory.space;

import io.elasticmemory.alloc.Allocation;
import io.elasticmemory.alloc.Allocator;
import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;

/**
 * What one arena has been given of a space. All its segments are slices of one that spans the space
 * and ends with the arena; when that happens, everything is given back at once.
 */
public final class ArenaMemory {
  private final SpaceMemory memory;
  private final MemorySegment whole;
  private final Given given;

  /**
   * Memory for an arena.
   *
   * @param ended runs once, when the arena has ended and all is given up
   */
  ArenaMemory(
      SpaceMemory memory, Allocator allocator, Returns returns, Arena lifetime, Runnable ended) {
    this.memory = memory;
    this.given = new Given(allocator, returns, ended);
    this.whole = memory.segment(0, memory.capacityBytes(), lifetime, given::giveBack);
  }

  /** See {@link Arena#allocate(long, long)}. */
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    requireUsable(whole);
    Allocation allocation = given.allocate(byteSize, byteAlignment);
    MemorySegment segment = whole.asSlice(allocation.offset(), allocation.bytes());
    if (allocation.mustZero()) {
      // Absent memory is fetched where it does not hold up a safepoint; never more than a block.
      memory.load(allocation.offset(), allocation.bytes());
      segment.fill((byte) 0);
    }
    return segment;
  }

  /** As every access does, but without one. */
  static void requireUsable(MemorySegment segment) {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("Already closed");
    }
    if (!segment.isAccessibleBy(Thread.currentThread())) {
      throw new WrongThreadException(
          "Attempted access outside owning thread: " + Thread.currentThread());
    }
  }

  /**
   * The allocations of an arena. Knows neither the arena nor a segment of it, or an automatic arena
   * would never be found unreachable.
   */
  private static final class Given {
    private final Allocator allocator;
    private final Returns returns;
    private final Runnable ended;
    private long[] offsetsAndBytes = new long[8];
    private int used;
    private boolean over;

    Given(Allocator allocator, Returns returns, Runnable ended) {
      this.allocator = allocator;
      this.returns = returns;
      this.ended = ended;
    }

    synchronized Allocation allocate(long bytes, long alignment) {
      if (over) {
        throw new IllegalStateException("Already closed");
      }
      if (used == offsetsAndBytes.length) {
        offsetsAndBytes = Arrays.copyOf(offsetsAndBytes, used * 2);
      }
      Allocation allocation = allocator.allocate(bytes, alignment);
      offsetsAndBytes[used++] = allocation.offset();
      offsetsAndBytes[used++] = allocation.bytes();
      return allocation;
    }

    void giveBack() {
      try {
        freeAll();
      } finally {
        ended.run();
      }
    }

    private synchronized void freeAll() {
      over = true;
      returns.freeAll(this::allocations);
      used = 0;
    }

    private Iterator<Allocation> allocations() {
      return IntStream.range(0, used / 2)
          .mapToObj(i -> new Allocation(offsetsAndBytes[2 * i], offsetsAndBytes[2 * i + 1], false))
          .iterator();
    }
  }
}
