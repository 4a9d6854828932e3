package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.store.Debts;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import java.lang.foreign.MemorySegment;

/** The debts of a shard's part of a donor, in the header of the block table. */
final class TableDebts implements Debts {
  private final MemorySegment table;
  private final int donor;
  private final int shard;
  private final long epoch;
  private int next;

  /**
   * Those that are noted.
   *
   * @param donor whose slots they are about, as words name it
   * @param epoch of this pager; one that another has replaced changes nothing
   */
  TableDebts(MemorySegment table, int donor, int shard, long epoch) {
    this.table = table;
    this.donor = donor;
    this.shard = shard;
    this.epoch = epoch;
  }

  @Override
  public int places() {
    return BlockTableLayout.DEBTS_MAX;
  }

  @Override
  public int slot(int place) {
    long debt = BlockTableLayout.debt(table, shard, place);
    return BlockWord.donor(debt) == donor ? BlockWord.slot(debt) : NONE;
  }

  /** All donors of a shard have the places together. */
  @Override
  public int owe(int slot) {
    requireNewest();
    for (int i = 0; i < BlockTableLayout.DEBTS_MAX; i++) {
      int place = next;
      next = (next + 1) % BlockTableLayout.DEBTS_MAX;
      if (BlockTableLayout.debt(table, shard, place) == 0) {
        BlockTableLayout.debt(table, shard, place, BlockWord.withSlot(0, donor, slot));
        return place;
      }
    }
    return NONE;
  }

  @Override
  public void pay(int place) {
    requireNewest();
    BlockTableLayout.debt(table, shard, place, 0);
  }

  private void requireNewest() {
    long newest = BlockTableLayout.epoch(table);
    if (newest != epoch) {
      throw new SupersededException(epoch, newest);
    }
  }
}
