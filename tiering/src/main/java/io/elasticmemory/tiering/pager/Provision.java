package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Memories;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Memory that a standby takes for its records before its turn comes, so that there is some then, at
 * once: that of the pager before may not be free yet, and a system gives memory slowly, a machine
 * that is short of it or a virtual one above all.
 *
 * <p>One thread fills it, and another takes from it, at any time.
 */
final class Provision {
  /** Nothing, ever. */
  static final Provision NONE = new Provision(0, _ -> MemorySegment.NULL, _ -> {});

  private static final long PAGE_BYTES = 4096;

  private final long bytes;
  private final LongFunction<MemorySegment> reserve;
  private final Consumer<MemorySegment> populate;
  private volatile MemorySegment all = MemorySegment.NULL;
  private volatile boolean needed;
  private volatile long filledBytes;
  private long takenBytes;

  /**
   * Nothing yet.
   *
   * @param bytes it never has more
   * @param reserve gives zeroed memory that costs nothing until touched
   * @param populate gives a piece its memory, preferably in a huge page
   */
  Provision(long bytes, LongFunction<MemorySegment> reserve, Consumer<MemorySegment> populate) {
    this.bytes = bytes;
    this.reserve = reserve;
    this.populate = populate;
  }

  /** Whether it would take more to have so much. */
  boolean lacks(long wantedBytes) {
    return filledBytes + Memories.HUGE_PAGE_BYTES <= Math.min(wantedBytes, bytes);
  }

  /** Takes more, until it is so much in all, or is needed. */
  void fill(long wantedBytes) {
    long huge = Memories.HUGE_PAGE_BYTES;
    if (needed) {
      return;
    }
    if (all.byteSize() == 0) {
      MemorySegment reserved = reserve.apply(bytes + huge);
      all = reserved.asSlice(-reserved.address() & huge - 1, bytes);
    }
    while (lacks(wantedBytes) && !needed) {
      long at = filledBytes;
      populate.accept(all.asSlice(at, huge));
      filledBytes = at + huge; // by this thread alone
    }
  }

  /** Nothing more is taken; what has been is left for {@link #take}. */
  void stop() {
    needed = true;
  }

  /**
   * Zeroed memory, whole pages.
   *
   * @param otherwise gives it where not all of it has been filled
   */
  MemorySegment take(long wantedBytes, LongFunction<MemorySegment> otherwise) {
    long end = takenBytes + Math.ceilDiv(wantedBytes, PAGE_BYTES) * PAGE_BYTES;
    if (end > filledBytes) {
      return otherwise.apply(wantedBytes);
    }
    MemorySegment taken = all.asSlice(takenBytes, wantedBytes);
    takenBytes = end;
    return taken;
  }
}
