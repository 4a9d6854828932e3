package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTableLayoutTest {

  private static final Geometry SMALL = new Geometry(8 * 65536, 65536, 4096);

  @ParameterizedTest
  @CsvSource({
    "    4096,    4096,   16", // word, an int of bits, 1 mark of 4 bytes
    "   65536,    4096,   64", // ... 16 marks of 3 bytes
    "   65536,   65536,   16",
    "  131072,    4096,  112", // ... 32 marks, the most that go with an int of bits
    "  262144,    4096,  208", // 1 word of bits, 64 marks
    " 2097152,    4096, 1608", // 8 words of bits, 512 marks
    " 2097152, 2097152,   16",
  })
  void anEntryHasABitAndAMarkForEverySubblock(int block, int subblock, long entryBytes) {
    Geometry geometry = new Geometry(16L * block, block, subblock);
    assertThat(BlockTableLayout.entryBytes(geometry)).isEqualTo(entryBytes);
    assertThat(BlockTableLayout.tableBytes(geometry)).isEqualTo(36_864 + 16 * entryBytes);
  }

  @Test
  void aTebibyteOfSmallBlocksIsCountedInLongs() {
    Geometry geometry = new Geometry(1L << 40, 65536, 4096);
    assertThat(BlockTableLayout.tableBytes(geometry)).isEqualTo(36_864 + (64L << 24));
  }

  @Test
  void theTableIsASmallPartOfTheMemory() {
    Geometry small = new Geometry(4L << 30, 4096, 4096);
    Geometry usual = new Geometry(4L << 30, 65536, 4096);
    assertThat((double) BlockTableLayout.tableBytes(small) / small.capacityBytes())
        .isLessThan(0.005);
    assertThat((double) BlockTableLayout.tableBytes(usual) / usual.capacityBytes())
        .isLessThan(0.001);
  }

  @ParameterizedTest
  @CsvSource({"4096, 2048", "65536, 128", "2097152, 8"})
  void behindTheEntriesEachSlabHasABitForEachOfItsSlots(int block, long slabBytes) {
    Geometry geometry = new Geometry(3L << 21, block, 4096);
    long slotsAt = BlockTableLayout.slotsAt(geometry);

    assertThat(slotsAt).isGreaterThanOrEqualTo(BlockTableLayout.tableBytes(geometry));
    assertThat(slotsAt - BlockTableLayout.tableBytes(geometry)).isLessThan(4096);
    assertThat(slotsAt % 4096).isZero();
    assertThat(BlockTableLayout.slabSlotBytes(geometry)).isEqualTo(slabBytes);
    assertThat(BlockTableLayout.tableBytes(geometry, 5)).isEqualTo(slotsAt + 5 * slabBytes);
  }

  @Test
  void theMovesFitIntoTheHeader() {
    long end = BlockTableLayout.MOVES_AT + BlockTableLayout.MOVES_MAX * BlockTableLayout.MOVE_BYTES;
    assertThat(end).isLessThanOrEqualTo(BlockTableLayout.HEADER_BYTES);
  }

  @Test
  void theDoubtsFitIntoTheHeaderBehindTheMoves() {
    assertThat(BlockTableLayout.DOUBTS_AT).isEqualTo(3072);
    assertThat(BlockTableLayout.DOUBTS_AT + 8L * BlockWord.DONORS_MAX)
        .isLessThanOrEqualTo(BlockTableLayout.DEBTS_AT);
    assertThat(BlockTableLayout.SIDES * Stripes.SHARDS_MAX).isLessThanOrEqualTo(64);
  }

  @Test
  void aDoubtIsOfOneSideOfOneShard() {
    MemorySegment header = MemorySegment.ofArray(new long[4096 / 8]);
    BlockTableLayout.doubt(header, 3, 15, 1, true);
    BlockTableLayout.doubt(header, 3, 15, 0, true);
    BlockTableLayout.doubt(header, 3, 15, 0, false);
    for (int donor = 0; donor < BlockWord.DONORS_MAX; donor++) {
      for (int shard = 0; shard < Stripes.SHARDS_MAX; shard++) {
        for (int side = 0; side < BlockTableLayout.SIDES; side++) {
          assertThat(BlockTableLayout.isDoubted(header, donor, shard, side))
              .isEqualTo(donor == 3 && shard == 15 && side == 1);
        }
      }
    }
  }

  @Test
  void theDebtsOfAllShardsEndTheHeader() {
    assertThat(BlockTableLayout.DEBTS_AT).isEqualTo(4096);
    assertThat(BlockTableLayout.DEBTS_AT + 8L * BlockTableLayout.DEBTS_MAX * Stripes.SHARDS_MAX)
        .isEqualTo(BlockTableLayout.HEADER_BYTES);
  }

  @Test
  void aDebtIsAtOnePlaceOfOneShard() {
    MemorySegment header = MemorySegment.ofArray(new long[36_864 / 8]);
    BlockTableLayout.debt(header, 15, 255, BlockWord.withSlot(0, 125, 7));
    BlockTableLayout.debt(header, 2, 9, BlockWord.withSlot(0, 3, BlockWord.SLOTS_MAX - 1));
    BlockTableLayout.debt(header, 15, 255, 0);
    for (int shard = 0; shard < Stripes.SHARDS_MAX; shard++) {
      for (int place = 0; place < BlockTableLayout.DEBTS_MAX; place++) {
        long debt = BlockTableLayout.debt(header, shard, place);
        boolean isThere = shard == 2 && place == 9;
        assertThat(BlockWord.donor(debt)).isEqualTo(isThere ? 3 : -1);
        assertThat(BlockWord.slot(debt)).isEqualTo(isThere ? BlockWord.SLOTS_MAX - 1 : 0);
      }
    }
  }

  @Test
  void whatIsFormattedPassesTheCheck() {
    MemorySegment table = table();
    assertThat(BlockTableLayout.check(table)).isEqualTo(SMALL);
    assertThat(table.get(JAVA_LONG, BlockTableLayout.EPOCH_AT)).isEqualTo(1);
    assertThat(table.get(JAVA_LONG, BlockTableLayout.BUDGET_BYTES_AT)).isZero();
    assertThat(table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_HIGH_AT)).isEqualTo(11);
    assertThat(table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_LOW_AT)).isEqualTo(22);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, 12, 16, 20, 24})
  void refusesAHeaderWithAnyFieldSpoilt(long at) {
    MemorySegment table = table();
    table.set(JAVA_INT, at, table.get(JAVA_INT, at) + 3);
    assertThatIllegalArgumentException().isThrownBy(() -> BlockTableLayout.check(table));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 36_863, 36_864, 36_864 + 8 * 64 - 1})
  void refusesATableTooShort(long bytes) {
    MemorySegment cut = table().asSlice(0, bytes);
    assertThatIllegalArgumentException().isThrownBy(() -> BlockTableLayout.check(cut));
  }

  private static MemorySegment table() {
    MemorySegment table = Arena.ofAuto().allocate(BlockTableLayout.tableBytes(SMALL), 8);
    BlockTableLayout.format(table, SMALL, 11, 22);
    return table;
  }
}
