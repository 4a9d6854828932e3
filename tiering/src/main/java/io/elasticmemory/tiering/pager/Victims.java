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

  /**
   * Groups of clean neighbours that leave in one turn. Blocks that came one by one leave one by
   * one, and 64 of them take long enough for a disk to run dry: what arrives is installed, and what
   * is asked for is sent, between turns.
   */
  private static final int CLEAN_RUNS_PER_TURN_MAX = 8;

  /** Bytes that may begin to leave in one turn. */
  private static final int LEAVING_BYTES_PER_TURN_MAX = 256 * 1024;

  private static final long PAUSE_NANOS = 100_000;
  private static final long STUCK_PAUSE_NANOS = 10_000_000;

  private final Blocks blocks;
  private final Evictor evictor;
  private final long youngNanos;
  private final Mask dirty;
  private final Mask stored;
  private final CleanRun run;

  /** The last turn found nobody who can leave. */
  private boolean stuck;

  Victims(Blocks blocks, Evictor evictor, ShardSettings settings) {
    this.blocks = blocks;
    this.evictor = evictor;
    youngNanos = settings.youngNanos();
    dirty = new Mask(blocks.geometry.subblocks());
    stored = new Mask(blocks.geometry.subblocks());
    run = new CleanRun(blocks.geometry.blockBytes());
  }

  /**
   * Lets blocks leave while the budget asks for it. When none can be stored for some time, because
   * donors fail, are full or hang, those that are clean leave before their turn, but no more of
   * them than the next fault needs: they may be the very ones that were loaded for a thread.
   *
   * @return true if anything was done
   */
  boolean run() {
    boolean worked = chooseAll();
    run.leave(evictor);
    return worked;
  }

  private boolean chooseAll() {
    boolean worked = false;
    boolean storing = evictor.canStore();
    int departing = 0;
    int cleanRuns = 0;
    int departingMax = Math.max(1, LEAVING_BYTES_PER_TURN_MAX / blocks.geometry.blockBytes());
    int victims = Math.min(VICTIMS_PER_TURN_MAX, blocks.replacement.size());
    stuck = false;
    while (victims-- > 0
        && departing < departingMax
        && cleanRuns < CLEAN_RUNS_PER_TURN_MAX
        && blocks.budget.mustEvict(evictor.leavingSubblocks() + run.subblocks())) {
      int victim = blocks.replacement.victim();
      if (victim == ReplacementPolicy.NOBODY || isYoung(victim)) {
        return worked;
      }
      if (!storing && mustBeStored(victim)) {
        stuck = true;
        if (blocks.budget.hasReserve()) {
          return worked;
        }
        blocks.replacement.spared(victim);
        continue;
      }
      int clean = evictor.cleanSubblocks(victim);
      if (clean > 0) {
        cleanRuns += letLeave(victim, clean) ? 1 : 0;
        worked = true;
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

  /** The block joins the run; or the run leaves, which is true, and the block begins the next. */
  private boolean letLeave(int block, int clean) {
    blocks.replacement.left(block);
    boolean joins = run.add(block, clean);
    if (!joins) {
      run.leave(evictor);
      run.add(block, clean);
    }
    return !joins;
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
   * storing a block that is being written would cost a transfer and be cancelled. One that is
   * unmapped, and was not touched, has had its chance.
   *
   * @return true if the block has been given its second chance now
   */
  private boolean cool(int block) {
    if (blocks.residency.has(block, Residency.COOLING)
        || blocks.residency.has(block, Residency.PINNED)
        || blocks.residency.has(block, Residency.UNMAPPED)
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
