package io.elasticmemory.tiering.sim;

import io.elasticmemory.tiering.pager.Unmaps;
import io.elasticmemory.wire.BlockWord;
import java.util.ArrayList;
import java.util.List;

/**
 * The application's control thread as far as the pager asks it to unmap ranges: it does so late,
 * does some of them twice, tells of them later still, and in some runs stands still for good.
 */
final class Unmapper {
  private static final int ROOM = 48;

  private record Range(long offset, long bytes) {}

  private final World world;
  private final List<Range> asked = new ArrayList<>();

  /** Stands still for good. */
  final boolean neverRuns;

  private int unmapped;
  private int told;

  Unmapper(World world) {
    this.world = world;
    neverRuns = world.random.oneIn(8);
  }

  /** What a pager sees of it: its own wishes, and whether those of the one before are done. */
  Unmaps open() {
    int first = asked.size();
    return new Unmaps() {
      @Override
      public boolean ask(long offset, long bytes) {
        boolean room = asked.size() - told < ROOM;
        if (room) {
          asked.add(new Range(offset, bytes));
        }
        return room;
      }

      @Override
      public long done() {
        return Math.max(0, told - first);
      }

      @Override
      public boolean hasInherited() {
        return told < first;
      }

      @Override
      public void announce() {}
    };
  }

  /** The thread may run now. */
  void step() {
    if (neverRuns) {
      return;
    }
    if (unmapped < asked.size()) {
      unmap(asked.get(unmapped++));
    }
    if (told < unmapped && world.random.oneIn(2)) {
      told = unmapped;
    }
    if (unmapped > 0 && world.random.oneIn(16)) {
      unmapAgain(asked.get(world.random.below(unmapped)));
    }
  }

  /** Whoever pins a block has made sure that what was asked for before is done for good. */
  private void unmapAgain(Range range) {
    if (!world.pins.isAsked(range.offset, range.bytes)) {
      world.tally.add(Happening.UNMAPPED_TWICE);
      unmap(range);
    }
  }

  private void unmap(Range range) {
    world.trace.add(
        "control thread unmaps %2$d bytes from block %1$d on",
        world.geometry.blockOf(range.offset), range.bytes);
    world.kernel.unmap(range.offset, range.bytes);
    world.tally.add(Happening.UNMAPPED_FOR_THE_PAGER);
    for (long at = range.offset; at < range.offset + range.bytes; ) {
      int block = world.geometry.blockOf(at);
      if (BlockWord.activity(world.table.word(block)) != BlockWord.NONE) {
        world.tally.add(Happening.UNMAPPED_LATE);
      }
      at += world.geometry.blockBytes();
    }
  }
}
