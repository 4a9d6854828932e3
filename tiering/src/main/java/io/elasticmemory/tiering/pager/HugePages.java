package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Memories;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Puts what a pager knows of its blocks into huge pages, piece by piece, where all of a piece is in
 * use: the block table, and its own records. When a pager dies the kernel takes its memory apart,
 * page by page, and its successor has to be given the same again.
 *
 * <p>For one thread that may wait, not that of a shard: a piece takes some milliseconds.
 */
final class HugePages {
  /**
   * Time for it, each time: so much that a space whose table has become large has it in seconds.
   */
  private static final long SLICE_NANOS = 8_000_000;

  /** Between two looks at pieces that are not in use yet, which cost a few microseconds each. */
  private static final long LOOK_NANOS = 2_000_000_000L;

  /** After so long the others are put there again: the system may have taken them apart. */
  private static final long AGAIN_NANOS = 60_000_000_000L;

  private final Predicate<MemorySegment> collapse;
  private final Clock clock;
  private final List<MemorySegment> added = new ArrayList<>();
  private final Deque<MemorySegment> open = new ArrayDeque<>();
  private final List<MemorySegment> done = new ArrayList<>();
  private int left;
  private long lookAt;
  private long againAt;

  /**
   * With nothing to do yet.
   *
   * @param collapse {@link Memories#collapse}
   */
  HugePages(Predicate<MemorySegment> collapse, Clock clock) {
    this.collapse = collapse;
    this.clock = clock;
    lookAt = clock.nanoTime();
    againAt = lookAt + AGAIN_NANOS;
  }

  /** What is to be in huge pages some day. Before the first {@link #goOn}, and quick. */
  void add(MemorySegment memory) {
    added.add(memory);
  }

  private void cutWhatWasAdded() {
    long huge = Memories.HUGE_PAGE_BYTES;
    for (MemorySegment memory : added) {
      long begin = -memory.address() & huge - 1;
      for (long at = begin; at + huge <= memory.byteSize(); at += huge) {
        open.addLast(memory.asSlice(at, huge));
      }
    }
    added.clear();
  }

  /** Does some pieces, at least one, unless all have been looked at a short while ago. */
  void goOn() {
    cutWhatWasAdded();
    long begin = clock.nanoTime();
    if (begin - againAt >= 0) {
      open.addAll(done);
      done.clear();
      againAt = begin + AGAIN_NANOS;
    }
    if (left == 0 && begin - lookAt >= 0) {
      left = open.size();
      lookAt = begin + LOOK_NANOS;
    }
    for (long now = begin; left > 0 && now - begin < SLICE_NANOS; now = clock.nanoTime()) {
      left--;
      MemorySegment piece = open.removeFirst();
      if (collapse.test(piece)) {
        done.add(piece);
      } else {
        open.addLast(piece);
      }
    }
  }
}
