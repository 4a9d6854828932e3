package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.policy.ReplacementPolicy;
import io.elasticmemory.wire.BlockWord;

/**
 * Keeps DRAM free: while the budget asks for it, lets the blocks leave that the replacement policy
 * names, a bounded number in a turn, after a second chance for those that are dirty.
 */
final class Victims {
  /** Victims looked at in one turn: faults are read between turns. */
  private static final int VICTIMS_PER_TURN_MAX = 64;

  /** Bytes that may begin to leave in one turn. */
  private static final int LEAVING_BYTES_PER_TURN_MAX = 256 * 1024;

  private static final long PAUSE_NANOS = 100_000;
  private static final long STUCK_PAUSE_NANOS = 10_000_000;

  private final Blocks blocks;
  private final Evictor evictor;
  private final long youngNanos;
  private final Mask dirty;
  private final Mask stored;

  /** The last turn found nobody who can leave. */
  private boolean stuck;

  Victims(Blocks blocks, Evictor evictor, ShardSettings settings) {
    this.blocks = blocks;
    this.evictor = evictor;
    youngNanos = settings.youngNanos();
    dirty = new Mask(blocks.geometry.subblocks());
    stored = new Mask(blocks.geometry.subblocks());
  }

  /**
   * Lets blocks leave while the budget asks for it. When none can be stored for some time, because
   * donors fail, are full or hang, those that are clean leave all the same.
   *
   * @return true if anything was done
   */
  boolean run() {
    boolean worked = false;
    boolean storing = evictor.canStore();
    int departing = 0;
    int departingMax = Math.max(1, LEAVING_BYTES_PER_TURN_MAX / blocks.geometry.blockBytes());
    int victims = Math.min(VICTIMS_PER_TURN_MAX, blocks.replacement.size());
    stuck = false;
    while (victims-- > 0
        && departing < departingMax
        && blocks.budget.mustEvict(evictor.leavingSubblocks())) {
      int victim = blocks.replacement.victim();
      if (victim == ReplacementPolicy.NOBODY || isYoung(victim)) {
        return worked;
      }
      if (!storing && mustBeStored(victim)) {
        blocks.replacement.spared(victim);
        stuck = true;
        continue;
      }
      if (cool(victim)) {
        worked = true;
        continue;
      }
      switch (evictor.evict(victim)) {
        case LEFT -> worked = true;
        case LEAVING -> {
          worked = true;
          departing++;
        }
        case SPARED -> {}
        case STUCK -> {
          if (!evictor.isStalled()) {
            return worked;
          }
          storing = false;
        }
      }
    }
    return worked;
  }

  private boolean mustBeStored(int block) {
    selectDirty(block);
    return !dirty.isEmpty();
  }

  /** How long to wait before the next attempt. */
  long pauseNanos() {
    return stuck ? STUCK_PAUSE_NANOS : PAUSE_NANOS;
  }

  /**
   * Gives a block with dirty subblocks a second chance: protects them and lets a few others go
   * first. If it is written before its turn comes again it stays, at the price of one fault;
   * storing a block that is being written would cost a transfer and be cancelled.
   *
   * @return true if the block has been given its second chance now
   */
  private boolean cool(int block) {
    if (blocks.residency.has(block, Residency.COOLING)
        || blocks.activity(block) != BlockWord.NONE
        || !mustBeStored(block)) {
      return false;
    }
    blocks.protect(block, dirty);
    blocks.residency.set(block, Residency.COOLING);
    blocks.replacement.cooling(block);
    return true;
  }

  /** A block that is cooling was written: it stays. */
  void warm(int block) {
    blocks.residency.clear(block, Residency.COOLING);
    blocks.replacement.spared(block);
    selectDirty(block);
    blocks.unprotect(block, dirty);
  }

  private void selectDirty(int block) {
    blocks.residency.present(block, dirty);
    blocks.stored(block, stored);
    dirty.removeAll(stored);
  }

  private boolean isYoung(int block) {
    return blocks.clock.nanoTime() - blocks.residency.arrivedAt(block) < youngNanos;
  }

  /** How long until the next victim is old enough, 0 if it is. */
  long nanosUntilVictim() {
    int victim = blocks.replacement.victim();
    if (victim == ReplacementPolicy.NOBODY) {
      return Long.MAX_VALUE;
    }
    long age = blocks.clock.nanoTime() - blocks.residency.arrivedAt(victim);
    return Math.max(0, youngNanos - age);
  }
}
