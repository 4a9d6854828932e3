package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PackedPieceLayoutTest {
  private static final int PIECE = 64 << 10;
  private static final int PACKED = 20_000;
  private static final long POSITION = 7L * PIECE;

  private final MemorySegment bytes = Arena.ofAuto().allocate(PIECE, 8);
  private final PackedPieceLayout layout = new PackedPieceLayout(PIECE, 0x1122, 0x3344);

  @Test
  void isAsDrawn() {
    bytes.fill((byte) 0xee);
    layout.write(bytes, 0, POSITION, PACKED);
    assertThat(bytes.asSlice(0, 8).toArray(JAVA_BYTE)).isEqualTo("EMPPIECE".getBytes(US_ASCII));
    assertThat(bytes.get(JAVA_INT, 8)).isEqualTo(1);
    assertThat(bytes.get(JAVA_INT, 12)).isEqualTo(PIECE);
    assertThat(bytes.get(JAVA_INT, 16)).isEqualTo(PACKED);
    assertThat(bytes.get(JAVA_LONG, 24)).isEqualTo(POSITION);
    assertThat(bytes.get(JAVA_LONG, 32)).isEqualTo(0x1122);
    assertThat(bytes.get(JAVA_LONG, 40)).isEqualTo(0x3344);
    assertThat(bytes.asSlice(48, 12).toArray(JAVA_BYTE)).containsOnly(0);
    assertThat(PackedPieceLayout.HEADER_BYTES).isEqualTo(64);
    assertThat(PackedPieceLayout.SECTOR_BYTES).isEqualTo(4096);
  }

  @Test
  void countsSectorsWithTheHeader() {
    assertThat(PackedPieceLayout.sectors(1)).isEqualTo(1);
    assertThat(PackedPieceLayout.sectors(4032)).isEqualTo(1);
    assertThat(PackedPieceLayout.sectors(4033)).isEqualTo(2);
    assertThat(layout.isWorthIt(15 * 4096 - 64)).isTrue();
    assertThat(layout.isWorthIt(15 * 4096 - 63)).isFalse();
    assertThat(layout.isWorthIt(PIECE)).isFalse();
  }

  @Test
  void findsItsOwnAndNothingElse() {
    layout.write(bytes, 0, POSITION, PACKED);
    assertThat(layout.packedBytes(bytes, 0, POSITION)).isEqualTo(PACKED);
    assertThat(layout.isWhole(bytes, 0, PACKED)).isTrue();
    assertThat(layout.packedBytes(bytes, 0, POSITION + PIECE)).isEqualTo(-1);
    var otherSpace = new PackedPieceLayout(PIECE, 0x1122, 0x3345);
    assertThat(otherSpace.packedBytes(bytes, 0, POSITION)).isEqualTo(-1);
    var otherSize = new PackedPieceLayout(PIECE / 2, 0x1122, 0x3344);
    assertThat(otherSize.packedBytes(bytes, 0, POSITION)).isEqualTo(-1);
    for (long at = 0; at < 64; at++) {
      bytes.set(JAVA_BYTE, at, (byte) (bytes.get(JAVA_BYTE, at) ^ 4));
      assertThat(layout.packedBytes(bytes, 0, POSITION)).as("byte %d", at).isEqualTo(-1);
      bytes.set(JAVA_BYTE, at, (byte) (bytes.get(JAVA_BYTE, at) ^ 4));
    }
    bytes.set(JAVA_BYTE, 64 + PACKED - 1, (byte) 1);
    assertThat(layout.isWhole(bytes, 0, PACKED)).isFalse();
  }

  @Test
  void believesNoLengthThatDoesNotFitEvenWithARightChecksum() {
    for (int length : new int[] {0, -1, PIECE, 15 * 4096, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      layout.write(bytes, 0, POSITION, PACKED);
      bytes.set(JAVA_INT, 16, length);
      bytes.set(JAVA_INT, 60, new SegmentCrc().of(bytes, 0, 60));
      assertThat(layout.packedBytes(bytes, 0, POSITION)).as("%d", length).isEqualTo(-1);
    }
  }
}
