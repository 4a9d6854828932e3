package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.wire.BlockWord;

/**
 * Forgets whole blocks: afterwards they are zero and own nothing. Pinned ones, too: only the
 * application knows who pinned what, and it does not ask for a discard of what anybody relies on.
 */
final class Discarder {
  private final Blocks blocks;
  private final Evictor evictor;
  private final Fetcher fetcher;
  private final Mover mover;
  private final Losses losses;
  private final Mask present;
  private final Mask nothing;

  Discarder(Blocks blocks, Evictor evictor, Fetcher fetcher, Mover mover, Losses losses) {
    this.blocks = blocks;
    this.evictor = evictor;
    this.fetcher = fetcher;
    this.mover = mover;
    this.losses = losses;
    present = new Mask(blocks.geometry.subblocks());
    nothing = new Mask(blocks.geometry.subblocks());
  }

  /** Forgets one block, whatever is under way on it. */
  void discard(int block) {
    switch (blocks.activity(block)) {
      case BlockWord.LEAVING -> evictor.abandon(block);
      case BlockWord.FETCHING -> fetcher.abandon(block);
      case BlockWord.MOVING -> mover.cancel(block);
      default -> {}
    }
    boolean hasEntry = blocks.residency.has(block, Residency.HAS_ENTRY);
    if (hasEntry) {
      long next = BlockWord.withNextGeneration(blocks.word(block));
      blocks.word(block, BlockWord.withActivity(next, BlockWord.DISCARDING));
      Failpoint.DISCARD_NAMED.reach();
      if (BlockWord.isLost(next)) {
        losses.forget(block);
      }
      blocks.table.removeAllStored(block);
      Failpoint.DISCARD_CLEARED.reach();
    }
    blocks.residency.present(block, present);
    if (!present.isEmpty()) {
      blocks.puncher.punch(block, present, nothing, true);
      Failpoint.DISCARD_PUNCHED.reach();
    }
    if (hasEntry) {
      endDiscarding(block);
      Failpoint.DISCARD_ENDED.reach();
    }
    blocks.cold.remove(block);
    if (!blocks.residency.hasPresent(block)) {
      blocks.forgotten(block);
    }
    blocks.wake(block);
    blocks.counters.add(Counter.discards, 1);
  }

  private void endDiscarding(int block) {
    long word = blocks.word(block);
    long empty = BlockWord.withoutLost(BlockWord.withoutSlot(word));
    blocks.word(block, BlockWord.withActivity(empty, BlockWord.NONE));
    if (BlockWord.hasSlot(word)) {
      blocks.traffic.release(BlockWord.donor(word), BlockWord.slot(word));
    }
  }

  /** True while a transfer of a block in the range has not ended, wanted or not. */
  boolean isUnderWay(int firstBlock, int blockCount) {
    return evictor.isUnderWay(firstBlock, blockCount)
        || fetcher.isUnderWay(firstBlock, blockCount)
        || mover.isUnderWay(firstBlock, blockCount);
  }
}
