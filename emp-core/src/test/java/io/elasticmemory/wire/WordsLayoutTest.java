package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WordsLayoutTest {
  private final MemorySegment bytes = MemorySegment.ofArray(new byte[WordsLayout.GRANT_BYTES]);

  @Test
  void hasTheSizesThatAreDrawn() {
    assertThat(WordsLayout.GRANT_BYTES).isEqualTo(32);
    assertThat(WordsLayout.OPERATION_BYTES).isEqualTo(16);
  }

  @Test
  void writesAGrantAsItIsDrawn() {
    Grant grant =
        new Grant(ServedBy.DEVICE, 1000, 0x1122334455667788L, 0x99aabbcc, 0x0102030405060708L);
    grant.write(bytes);
    assertThat(hex(WordsLayout.GRANT_BYTES))
        .isEqualTo("454d505701000200e8030000ccbbaa99" + "8877665544332211" + "0807060504030201");
    assertThat(Grant.read(bytes)).isEqualTo(grant);
    Grant other = Grant.byExporter(1);
    other.write(bytes);
    assertThat(hex(8)).isEqualTo("454d505701000100");
    assertThat(Grant.read(bytes)).isEqualTo(other);
  }

  @Test
  void writesAnOperationAsItIsDrawn() {
    WordsLayout.writeOperation(bytes, 8, 0x1122334455667788L, -2);
    assertThat(hex(24)).isEqualTo("0000000000000000" + "8877665544332211" + "feffffffffffffff");
  }

  @Test
  void takesNoGrantThatItDoesNotKnow() {
    assertIsRefusedWith(0, 0);
    assertIsRefusedWith(4, 2);
    assertIsRefusedWith(6, 0);
    assertIsRefusedWith(6, 3);
    assertIsRefusedWith(11, -1);
    Grant.byExporter(WordsLayout.WORDS_MAX + 1).write(bytes);
    assertThat(Grant.read(bytes)).isNull();
    Grant.byExporter(0).write(bytes);
    assertThat(Grant.read(bytes)).isNull();
  }

  private void assertIsRefusedWith(int at, int value) {
    Grant.byExporter(1).write(bytes);
    bytes.set(JAVA_BYTE, at, (byte) value);
    assertThat(Grant.read(bytes)).as("%d at %d", value, at).isNull();
  }

  private String hex(int count) {
    return HexFormat.of().formatHex(bytes.asSlice(0, count).toArray(JAVA_BYTE));
  }
}
