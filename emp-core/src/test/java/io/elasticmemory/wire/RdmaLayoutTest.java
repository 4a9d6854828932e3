package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RdmaLayoutTest {
  private final MemorySegment bytes = MemorySegment.ofArray(new byte[64]);

  @Test
  void hasTheSizesThatAreDrawn() {
    assertThat(RdmaLayout.REQUEST_BYTES).isEqualTo(32);
    assertThat(RdmaLayout.ANSWER_BYTES).isEqualTo(24);
    assertThat(RdmaLayout.ENTRY_BYTES).isEqualTo(16);
  }

  @Test
  void writesARequestAsItIsDrawn() {
    RdmaLayout.Request request =
        new RdmaLayout.Request(2, 0x1122334455667788L, 0x99aabbccddeeff00L, 0x0102030405060708L);
    request.write(bytes);
    assertThat(hex(RdmaLayout.REQUEST_BYTES))
        .isEqualTo(
            "454d505201000200" + "8877665544332211" + "00ffeeddccbbaa99" + "0807060504030201");
    assertThat(RdmaLayout.Request.read(bytes)).isEqualTo(request);
    assertThat(RdmaLayout.isKnown(bytes, 56, RdmaLayout.REQUEST_BYTES)).isTrue();
  }

  @Test
  void writesAnAnswerAsItIsDrawn() {
    RdmaLayout.Answer answer = new RdmaLayout.Answer(0x1122334455667788L, 0x99aabbcc, 7);
    answer.write(bytes);
    assertThat(hex(RdmaLayout.ANSWER_BYTES))
        .isEqualTo("454d5052010000008877665544332211ccbbaa9907000000");
    assertThat(RdmaLayout.Answer.read(bytes)).isEqualTo(answer);
  }

  @Test
  void knowsOnlyWhatItCanRead() {
    new RdmaLayout.Answer(1, 2, 3).write(bytes);
    assertThat(RdmaLayout.isKnown(bytes, 23, RdmaLayout.ANSWER_BYTES)).isFalse();
    bytes.set(JAVA_BYTE, 4, (byte) 2);
    assertThat(RdmaLayout.isKnown(bytes, 64, RdmaLayout.ANSWER_BYTES)).isFalse();
    bytes.set(JAVA_BYTE, 4, (byte) 1);
    bytes.set(JAVA_BYTE, 0, (byte) 0);
    assertThat(RdmaLayout.isKnown(bytes, 64, RdmaLayout.ANSWER_BYTES)).isFalse();
  }

  @Test
  void noticesEveryBitOfAnEntryThatWasTurned() {
    RdmaLayout.putSlab(bytes, 77, 1, 0x7f0012340000L, 0xabcdef01);
    assertThat(RdmaLayout.isGood(bytes, 77, 1)).isTrue();
    assertThat(RdmaLayout.address(bytes, 1)).isEqualTo(0x7f0012340000L);
    assertThat(RdmaLayout.key(bytes, 1)).isEqualTo(0xabcdef01);
    for (int bit = 0; bit < 8 * RdmaLayout.ENTRY_BYTES; bit++) {
      turn(bit);
      assertThat(RdmaLayout.isGood(bytes, 77, 1)).as("bit %d", bit).isFalse();
      turn(bit);
    }
    assertThat(RdmaLayout.isGood(bytes, 78, 1)).as("of another lease").isFalse();
    MemorySegment moved = MemorySegment.ofArray(new byte[64]);
    MemorySegment.copy(bytes, RdmaLayout.ENTRY_BYTES, moved, 0, RdmaLayout.ENTRY_BYTES);
    assertThat(RdmaLayout.isGood(moved, 77, 0)).as("of another slab").isFalse();
  }

  private void turn(int bit) {
    long at = (long) RdmaLayout.ENTRY_BYTES + bit / 8;
    bytes.set(JAVA_BYTE, at, (byte) (bytes.get(JAVA_BYTE, at) ^ 1 << bit % 8));
  }

  private String hex(int count) {
    return HexFormat.of().formatHex(bytes.asSlice(0, count).toArray(JAVA_BYTE));
  }
}
