package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedLayoutTest {
  private static final int PIECE = 4096;
  private static final long MIB = 1 << 20;

  private static MemorySegment part() {
    MemorySegment part = Arena.ofAuto().allocate(MIB, 4096);
    CompressedLayout.format(part, PIECE, 11, 22);
    return part;
  }

  @ParameterizedTest
  @CsvSource({
    "    1,  4096,   64,  139264", // a slab of positions, 16384 entries
    "   16,  4096,  128,  270336",
    " 1024,  4096, 8192, 16785408", // 1.6 % of it
    " 1024, 65536, 8192,  1056768",
  })
  void hasEightPositionsForEachByteAndAnEntryForEachPiece(
      long mib, int pieceBytes, long positionMib, long cellsAt) {
    assertThat(CompressedLayout.positionBytes(mib * MIB)).isEqualTo(positionMib * MIB);
    assertThat(CompressedLayout.cellsAt(mib * MIB, pieceBytes)).isEqualTo(cellsAt);
    long end = cellsAt + CompressedLayout.cells(mib * MIB, pieceBytes) * 128;
    assertThat(end).isEqualTo(mib * MIB);
  }

  @Test
  void shardsDivideAFileInWholeMebibytes() {
    long at = 0;
    for (int shard = 0; shard < 3; shard++) {
      assertThat(CompressedLayout.partAt(11 * MIB, 3, shard)).isEqualTo(at);
      long bytes = CompressedLayout.partBytes(11 * MIB, 3, shard);
      assertThat(bytes).isEqualTo((shard < 2 ? 4 : 3) * MIB);
      at += bytes;
    }
    assertThat(at).isEqualTo(11 * MIB);
  }

  @Test
  void aPieceIsASubblockButNoLargerThanLz4Looks() {
    assertThat(CompressedLayout.pieceBytes(new Geometry(4 * MIB, 65536, 4096))).isEqualTo(4096);
    assertThat(CompressedLayout.pieceBytes(new Geometry(4 * MIB, 1 << 20, 1 << 20)))
        .isEqualTo(65536);
  }

  @Test
  void anEntrySaysWhereAndHowLong() {
    long entry = CompressedLayout.entry(0xffff_fffeL, 65536);
    assertThat(CompressedLayout.isStored(entry)).isTrue();
    assertThat(CompressedLayout.firstCell(entry)).isEqualTo(0xffff_fffeL);
    assertThat(CompressedLayout.lengthBytes(entry)).isEqualTo(65536);
    assertThat(CompressedLayout.isStored(0)).isFalse();
    assertThat(CompressedLayout.entryAt(3)).isEqualTo(4096 + 24);
  }

  @Test
  void numbersEveryCellOfTheLargestPart() {
    CompressedLayout.requireSize(CompressedLayout.PART_BYTES_MAX);
    assertThat(CompressedLayout.cells(CompressedLayout.PART_BYTES_MAX, PIECE))
        .isLessThan(0xffff_ffffL);
    for (long bytes : new long[] {0, MIB - 1, MIB + 1, CompressedLayout.PART_BYTES_MAX + MIB}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CompressedLayout.requireSize(bytes))
          .withMessageContaining(Long.toString(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, 12, 16, 20, 24, 32, 40, 48, 56})
  void refusesAHeaderWithAnyFieldSpoilt(long at) {
    MemorySegment part = part();
    CompressedLayout.check(part, PIECE, 11, 22);
    part.set(JAVA_INT, at, part.get(JAVA_INT, at) ^ 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompressedLayout.check(part, PIECE, 11, 22));
  }

  @Test
  void refusesMorePiecesInUseThanThereAre() {
    MemorySegment part = part();
    part.set(JAVA_INT, CompressedLayout.USED_PIECES_AT, 16385);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompressedLayout.check(part, PIECE, 11, 22))
        .withMessageContaining("16385");
  }
}
