package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Faults;
import io.elasticmemory.wire.BlockWord;

/**
 * Makes whole blocks present and mapped though nobody has touched them: to be used soon, or pinned.
 * What is brought is demanded, as by a thread that reads it: bytes that cannot be had stop the
 * application. What cannot be done in this turn is tried again in the next.
 *
 * <p>A pinned block is present and mapped, and none of it is stored, so none is protected: whoever
 * writes to it, be it a device, does so behind the pager's back. So it is dirty when it may leave
 * again.
 */
final class Bringer {
  private final Blocks blocks;
  private final FaultServer faultServer;
  private final Prefetcher prefetcher;
  private final Evictor evictor;
  private final Victims victims;
  private final Mover mover;
  private final Sampler sampler;
  private final Purse purse;
  private final int pageBytes;

  Bringer(
      Blocks blocks,
      FaultServer faultServer,
      Prefetcher prefetcher,
      Evictor evictor,
      Victims victims,
      Mover mover,
      Sampler sampler,
      Purse purse,
      ShardSettings settings) {
    this.blocks = blocks;
    this.faultServer = faultServer;
    this.prefetcher = prefetcher;
    this.evictor = evictor;
    this.victims = victims;
    this.mover = mover;
    this.sampler = sampler;
    this.purse = purse;
    pageBytes = settings.pageBytes();
  }

  /** Asks for what is stored of a block; false if there are no buffers for more. */
  boolean ask(int block) {
    if (!prefetcher.canBringAhead()) {
      return false;
    }
    boolean _ = prefetcher.ahead(block);
    return true;
  }

  /** True if the block is present and mapped now, and others leave before it. */
  boolean load(int block) {
    blocks.adopt(block);
    if (!stays(block) || !isFilled(block) || !isMapped(block)) {
      return false;
    }
    blocks.replacement.spared(block);
    return true;
  }

  /** True if the block is pinned now. */
  boolean pin(int block) {
    blocks.adopt(block);
    if (!mayPin(block) || !stays(block) || !isFilled(block) || sampler.isUnderWay(block)) {
      return false;
    }
    if (blocks.activity(block) == BlockWord.MOVING) {
      mover.cancel(block);
    }
    if (blocks.activity(block) != BlockWord.NONE) {
      return false;
    }
    if (blocks.hasStored(block)) {
      blocks.table.removeAllStored(block);
      blocks.giveEmptySlotBack(block);
    }
    if (!isMapped(block)) {
      return false;
    }
    blocks.faults.unprotect(blocks.geometry.offsetOf(block), blocks.geometry.blockBytes());
    if (!BlockWord.isPinned(blocks.word(block))) {
      // Before the answer: whoever takes over must know what was promised.
      blocks.word(block, BlockWord.withPinned(blocks.word(block), true));
    }
    return true;
  }

  /** Marks the block, so that it stays from now on, if there is enough DRAM for all others. */
  private boolean mayPin(int block) {
    if (!blocks.residency.has(block, Residency.PINNED)) {
      int subblocks = blocks.geometry.subblocks();
      if (!purse.canPin(blocks.budget, subblocks)) {
        return false;
      }
      blocks.residency.touch(block);
      blocks.residency.set(block, Residency.PINNED);
      blocks.budget.pin(subblocks);
    }
    return true;
  }

  /** The block may leave again, if it was pinned. */
  void unpin(int block) {
    if (blocks.residency.has(block, Residency.PINNED)) {
      if (BlockWord.isPinned(blocks.word(block))) {
        blocks.word(block, BlockWord.withPinned(blocks.word(block), false));
      }
      blocks.residency.clear(block, Residency.PINNED);
      blocks.budget.pin(-blocks.geometry.subblocks());
    }
  }

  /** True unless the block is on its way out, from where it cannot be called back. */
  private boolean stays(int block) {
    if (blocks.activity(block) == BlockWord.LEAVING) {
      if (!blocks.budget.hasReserve()) {
        return false;
      }
      evictor.cancel(block);
    }
    return !BlockWord.isLost(blocks.word(block));
  }

  /** True if all of the block is present; if not, what is missing has been asked for. */
  private boolean isFilled(int block) {
    boolean _ = prefetcher.ahead(block);
    for (int s = 0; s < blocks.geometry.subblocks(); s++) {
      if (!blocks.isPresent(block, s)
          && !(faultServer.bring(block, s) && blocks.isPresent(block, s))) {
        return false;
      }
    }
    return true;
  }

  /** Maps what is not mapped of a block that is present, protected unless it is dirty. */
  private boolean isMapped(int block) {
    if (blocks.residency.has(block, Residency.COOLING)) {
      victims.warm(block);
    }
    int subblocks = blocks.geometry.subblocks();
    for (int from = 0; from < subblocks; ) {
      boolean stored = blocks.isStored(block, from);
      int to = from + 1;
      while (to < subblocks && blocks.isStored(block, to) == stored) {
        to++;
      }
      if (!isMapped(block, from, to, stored ? Faults.PROTECTED : 0)) {
        return false;
      }
      from = to;
    }
    if (blocks.residency.has(block, Residency.UNMAPPED)) {
      blocks.residency.clear(block, Residency.UNMAPPED);
      blocks.touched(block);
    }
    return true;
  }

  private boolean isMapped(int block, int from, int to, int mode) {
    long at = blocks.geometry.offsetOf(block, from);
    long end = at + (long) (to - from) * blocks.subblockBytes();
    while (at < end) {
      long result = blocks.faults.map(at, end - at, mode);
      if (result == Faults.ABSENT) {
        faultServer.repair(at);
        return false;
      }
      if (result < 0 && result != Faults.PRESENT) {
        return false;
      }
      at += result == Faults.PRESENT ? pageBytes : result;
    }
    return true;
  }
}
