package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.tiering.store.Debts;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TableDebtsTest {
  private static final Geometry GEOMETRY = new Geometry(2 << 20, 65536, 4096);

  private final MemorySegment table =
      MemorySegment.ofArray(new long[(int) BlockTableLayout.tableBytes(GEOMETRY) / 8]);
  private final Debts first;
  private final Debts second;
  private final Debts otherShard;

  TableDebtsTest() {
    BlockTableLayout.format(table, GEOMETRY, 1, 2);
    first = new TableDebts(table, 3, 0, 1);
    second = new TableDebts(table, 5, 0, 1);
    otherShard = new TableDebts(table, 3, 1, 1);
  }

  @Test
  void aSuccessorFindsWhatWasOwedOfItsDonorAndShard() {
    int one = first.owe(7);
    int last = first.owe(BlockWord.SLOTS_MAX - 1);
    int alien = second.owe(9);
    otherShard.owe(11);
    BlockTableLayout.take(table, 100);
    BlockTableLayout.take(table, 200);
    Debts successor = new TableDebts(table, 3, 0, 2);
    assertThat(successor.slot(one)).isEqualTo(7);
    assertThat(successor.slot(last)).isEqualTo(BlockWord.SLOTS_MAX - 1);
    assertThat(successor.slot(alien)).isEqualTo(Debts.NONE);
    successor.pay(one);
    assertThat(successor.slot(one)).isEqualTo(Debts.NONE);
  }

  @Test
  void donorsOfAShardShareItsPlaces() {
    int taken = 0;
    while ((taken % 2 == 0 ? first : second).owe(taken) != Debts.NONE) {
      taken++;
    }
    assertThat(taken).isEqualTo(BlockTableLayout.DEBTS_MAX);
    assertThat(first.owe(1)).isEqualTo(Debts.NONE);
    assertThat(otherShard.owe(1)).isNotEqualTo(Debts.NONE);
    first.pay(0);
    assertThat(second.owe(1)).isZero();
  }

  @Test
  void aPagerThatWasReplacedChangesNothing() {
    int place = first.owe(7);
    BlockTableLayout.take(table, 100);
    BlockTableLayout.take(table, 200);
    assertThatThrownBy(() -> first.owe(8)).isInstanceOf(SupersededException.class);
    assertThatThrownBy(() -> first.pay(place)).isInstanceOf(SupersededException.class);
    assertThat(first.slot(place)).isEqualTo(7);
  }
}
