package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.tiering.policy.BlockQueue;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Blocks that are entirely in a tier from which they can move down, for each such tier those first
 * that have been there longest. A block is in one of the queues at most.
 */
final class ColdBlocks {
  /** By the rank of their tier; without links where the tier is not there or is the last. */
  private final BlockQueue[] queues = new BlockQueue[Tier.values().length];

  private final boolean[] kept = new boolean[queues.length];

  /** Empty queues for the tiers above the slowest there is. */
  ColdBlocks(Slots slots, int blockCount, LongFunction<MemorySegment> privateMemory) {
    for (Tier tier : Tier.values()) {
      kept[tier.ordinal()] = slots.all(tier) > 0 && slots.hasBelow(tier);
      long links = kept[tier.ordinal()] ? (long) blockCount * BlockQueue.LINK_BYTES : 0;
      queues[tier.ordinal()] =
          new BlockQueue(links > 0 ? privateMemory.apply(links) : MemorySegment.NULL);
    }
  }

  /** A block is entirely in the tier now. */
  void append(Tier tier, int block) {
    if (kept[tier.ordinal()] && !queues[tier.ordinal()].contains(block)) {
      queues[tier.ordinal()].append(block);
    }
  }

  /** The block that has been in the tier longest, or {@link ReplacementPolicy#NOBODY}. */
  int first(Tier tier) {
    return queues[tier.ordinal()].first();
  }

  /** A block is in none of them any more; harmless if it was in none. */
  void remove(int block) {
    for (int i = 0; i < queues.length; i++) {
      if (kept[i]) {
        queues[i].remove(block);
      }
    }
  }
}
