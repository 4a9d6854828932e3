package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PackedLayoutTest {
  @Test
  void isAsDrawn() {
    assertThat(PackedLayout.PREFIX_BYTES).isEqualTo(8);
    assertThat(PackedLayout.SENT_BYTES_AT).isEqualTo(0);
    assertThat(PackedLayout.SENT_CRC_AT).isEqualTo(4);
    assertThat(PackedLayout.PIECE_BYTES).isEqualTo(65536);
  }

  @Test
  void cutsAPayloadIntoPiecesOfWhichTheLastIsWhatIsLeft() {
    assertThat(PackedLayout.pieceBytes(4096, 0)).isEqualTo(4096);
    assertThat(PackedLayout.pieceBytes(65536, 0)).isEqualTo(65536);
    assertThat(PackedLayout.pieceBytes(65537, 65536)).isEqualTo(1);
    assertThat(PackedLayout.pieceBytes(MessageLayout.PAYLOAD_BYTES_MAX, 0)).isEqualTo(65536);
  }

  @Test
  void takesNoSizeThatAPieceCannotHave() {
    for (int bytes : new int[] {0, -1, 4097, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(PackedLayout.isLegal(bytes, 4096)).as("%d", bytes).isFalse();
    }
    assertThat(PackedLayout.isLegal(1, 4096)).isTrue();
    assertThat(PackedLayout.isLegal(4096, 4096)).isTrue();
  }
}
