package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Faults;
import io.elasticmemory.wire.BlockWord;

/**
 * What becomes of a block of which some subblock has no good copy left: the application is stopped,
 * or goes on and has an error where it touches what was stored of the block and is not in memory.
 * What is in memory stays as it is, and never leaves; a discard makes the block a new one.
 */
final class Losses {
  private final Blocks blocks;
  private final Warden warden;
  private final boolean poisons;

  /**
   * One way to go on, or not.
   *
   * @param poisons the application goes on
   */
  Losses(Blocks blocks, Warden warden, boolean poisons) {
    this.blocks = blocks;
    this.warden = warden;
    this.poisons = poisons;
  }

  /** There is no good copy of some of the block. Returns only if the application goes on. */
  void happened(int block, String why) {
    long word = blocks.word(block);
    if (!BlockWord.isLost(word)) {
      blocks.counters.add(Counter.blocksLost, 1);
      blocks.table.word(block, BlockWord.withLost(word));
    }
    String what = blocks.describe(block) + " is lost: " + why;
    if (poisons) {
      warden.report(what + "; whoever touches it gets an InternalError until it is discarded");
    } else {
      warden.stop(what);
    }
  }

  /** True if the application goes on when something is lost. */
  boolean isSurvived() {
    return poisons;
  }

  /** True if an access to the block is the end of the application, because of an earlier pager. */
  boolean isTheEnd(long word) {
    return BlockWord.isLost(word) && !poisons;
  }

  /**
   * Answers who waits for a stored subblock of a lost block: its access fails.
   *
   * @return false if that has to be tried again
   */
  boolean answer(int block, int subblock) {
    long start = blocks.geometry.offsetOf(block, subblock);
    long result = blocks.faults.poison(start, blocks.subblockBytes());
    if (result == Faults.RETRY || result == Faults.NO_MEMORY) {
      return false;
    }
    if (result < 0) {
      // It is poisoned already, or somebody has made a page: another look shows.
      blocks.faults.wake(start, blocks.subblockBytes());
    }
    return true;
  }

  /**
   * The contents of a lost block are given up: whatever has been poisoned is a hole again, which
   * only a page in its place can bring about. While the table says that it is stored.
   */
  void forget(int block) {
    for (int s = 0; s < blocks.geometry.subblocks(); s++) {
      if (blocks.isStored(block, s) && !blocks.isPresent(block, s)) {
        long _ = blocks.zero(block, s, 1);
        blocks.puncher.punchAlien(block, s);
      }
    }
  }
}
