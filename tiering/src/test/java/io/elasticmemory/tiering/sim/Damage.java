package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.List;

/**
 * What the faults so far have done to what donors hold: what is destroyed, which of two with the
 * same bytes is not believed, and what only a pager that lives still has.
 */
final class Damage {
  private final Geometry geometry;
  private final TableView table;
  private final List<SimDonor> donors;

  Damage(Geometry geometry, TableView table, List<SimDonor> donors) {
    this.geometry = geometry;
    this.table = table;
    this.donors = donors;
  }

  /** True if an injected fault has destroyed stored bytes of the block. */
  boolean isBroken(int block) {
    for (int subblock = 0; subblock < geometry.subblocks(); subblock++) {
      if (table.isStored(block, subblock) && isBroken(block, subblock)) {
        return true;
      }
    }
    return false;
  }

  /** True if an injected fault has destroyed the subblock's stored bytes. */
  boolean isBroken(int block, int subblock) {
    long word = table.word(block);
    if (!BlockWord.hasSlot(word)) {
      return false;
    }
    int place = BlockWord.slot(word) * geometry.blockBytes() + subblock * geometry.subblockBytes();
    SimDonor donor = donors.get(BlockWord.donor(word));
    // What was copied from a side that was destroyed is not better than that.
    return donor.isBroken(place)
        || (donor.isMirrored() && donors.get(donor.index() + 1).isBroken(place));
  }

  /**
   * True if the exporter that has the block is gone, and the pager has what its disk does not have
   * yet: as long as that lives, nothing is lost.
   */
  boolean isOnItsWay(int block) {
    long word = table.word(block);
    if (!BlockWord.hasSlot(word)) {
      return false;
    }
    SimDonor donor = donors.get(BlockWord.donor(word));
    boolean gone = (donor.isLost() || donor.isDead()) && !isDegraded(donor);
    return gone && donor.pairing().owes(BlockWord.slot(word));
  }

  /** True if the end of the pager would be the second fault at the same time. */
  boolean isAtRisk() {
    for (SimDonor donor : donors) {
      if ((donor.isLost() || donor.isDead()) && !donor.isCopy() && donor.pairing().owesAny()) {
        return true;
      }
    }
    return false;
  }

  /** True while one of two donors with the same bytes is not believed. */
  boolean isDegraded() {
    return donors.stream().anyMatch(this::isDegraded);
  }

  /** True if this is the first or second of two of which one is not believed. */
  boolean isDegraded(SimDonor donor) {
    int first = donor.index() - (donor.isCopy() ? 1 : 0);
    return donor.isMirrored()
        && (table.isDoubted(first, donor.shard(), 0) || table.isDoubted(first, donor.shard(), 1));
  }
}
