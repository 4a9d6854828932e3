package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.store.Doubts;
import io.elasticmemory.wire.BlockTableLayout;
import java.lang.foreign.MemorySegment;

/**
 * The doubts about a shard's part of a donor, in the header of the block table.
 *
 * @param epoch of this pager; one that another has replaced changes nothing
 */
record TableDoubts(MemorySegment table, int donor, int shard, long epoch) implements Doubts {
  @Override
  public boolean has(int side) {
    return BlockTableLayout.isDoubted(table, donor, shard, side);
  }

  @Override
  public void set(int side, boolean doubted) {
    long newest = BlockTableLayout.epoch(table);
    if (newest != epoch) {
      throw new SupersededException(epoch, newest);
    }
    BlockTableLayout.doubt(table, donor, shard, side, doubted);
  }
}
