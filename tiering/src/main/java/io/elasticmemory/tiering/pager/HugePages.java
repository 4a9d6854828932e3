package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Memories;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts what a pager knows of its blocks into huge pages, piece by piece, where all of a piece is in
 * use: the block table, and its own records. A pager that dies is not followed before the kernel
 * has taken its memory apart, page by page, and its successor has to be given the same again.
 *
 * <p>For one thread that may wait, not that of a shard: a piece takes some milliseconds.
 */
final class HugePages {
  /**
   * Time for it, each time: so much that a space whose table has become large has it in seconds.
   */
  private static final long SLICE_NANOS = 8_000_000;

  /** Between the last piece and the first: what is in use changes slowly. */
  private static final long REST_NANOS = 60_000_000_000L;

  private final Consumer<MemorySegment> collapse;
  private final Clock clock;
  private final List<MemorySegment> pieces = new ArrayList<>();
  private int next;
  private long restUntil;

  /**
   * With nothing to do yet.
   *
   * @param collapse {@link Memories#collapse}
   */
  HugePages(Consumer<MemorySegment> collapse, Clock clock) {
    this.collapse = collapse;
    this.clock = clock;
    restUntil = clock.nanoTime();
  }

  /** What is to be in huge pages some day. Before the first {@link #goOn}. */
  void add(MemorySegment memory) {
    long huge = Memories.HUGE_PAGE_BYTES;
    long begin = -memory.address() & huge - 1;
    for (long at = begin; at + huge <= memory.byteSize(); at += huge) {
      pieces.add(memory.asSlice(at, huge));
    }
  }

  /** Does some pieces, at least one, unless all have been looked at a short while ago. */
  void goOn() {
    long begin = clock.nanoTime();
    if (begin - restUntil < 0) {
      return;
    }
    while (next < pieces.size()) {
      collapse.accept(pieces.get(next++));
      if (clock.nanoTime() - begin >= SLICE_NANOS) {
        return;
      }
    }
    next = 0;
    restUntil = clock.nanoTime() + REST_NANOS;
  }
}
