package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.wire.MessageHeader.Found;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class MessageLayoutTest {
  private final MemorySegment bytes = Arena.ofAuto().allocate(256, 8);

  private static MessageHeader sample() {
    MessageHeader header = new MessageHeader().ask(MessageLayout.WRITE, 0x1122334455667788L);
    header.lease = 0x0102030405060708L;
    header.epoch = 3;
    header.offset = 0x10000;
    header.length = 0x1000;
    header.instance = 0x1a1b1c1d1e1f2021L;
    header.payloadCrc = 0x7eadbeef;
    return header;
  }

  /** The drawing, checked with a second hand: a change here is another protocol version. */
  @Test
  void writesEveryFieldWhereTheDrawingHasIt() {
    sample().write(bytes, 0);
    byte[] drawn =
        HexFormat.of()
            .parseHex(
                "454d504d"
                    + "0200"
                    + "0400"
                    + "8877665544332211"
                    + "0807060504030201"
                    + "0300000000000000"
                    + "0000010000000000"
                    + "00100000"
                    + "00000000"
                    + "21201f1e1d1c1b1a"
                    + "efbead7e");
    CRC32C crc = new CRC32C();
    crc.update(drawn);
    assertThat(bytes.asSlice(0, 60).toArray(JAVA_BYTE)).isEqualTo(drawn);
    assertThat(bytes.get(MessageLayout.U32, 60)).isEqualTo((int) crc.getValue());
  }

  @Test
  void fieldsFillTheHeaderWithoutGapOrOverlap() throws IllegalAccessException {
    Map<Long, String> starts = new TreeMap<>();
    for (Field field : MessageLayout.class.getFields()) {
      String name = field.getName();
      if (Modifier.isStatic(field.getModifiers())
          && name.endsWith("_AT")
          && !name.startsWith("HELLO_")
          && !name.startsWith("WELCOME_")) {
        starts.put(field.getLong(null), name);
      }
    }
    assertThat(starts.keySet())
        .containsExactly(0L, 4L, 6L, 8L, 16L, 24L, 32L, 40L, 44L, 48L, 56L, 60L);
    assertThat(MessageLayout.HEADER_BYTES).isEqualTo(64);
    assertThat(MessageLayout.HELLO_ROLE_AT + 4).isEqualTo(MessageLayout.HELLO_BYTES);
    assertThat(MessageLayout.WELCOME_PAYLOAD_BYTES_MAX_AT + 8).isEqualTo(MessageLayout.HELLO_BYTES);
  }

  @Test
  void readsBackWhatItWrote() {
    sample().write(bytes, 40);
    MessageHeader read = new MessageHeader();
    assertThat(read.read(bytes, 40)).isEqualTo(Found.HEADER);
    assertThat(read).usingRecursiveComparison().ignoringFields("crc").isEqualTo(sample());
  }

  @Test
  void anAnswerKeepsWhatTheRequestWasAbout() {
    MessageHeader header = sample().answer(MessageLayout.NO_LEASE);
    assertThat(header.operation).isEqualTo(MessageLayout.WRITE | MessageLayout.ANSWER);
    assertThat(header.request).isEqualTo(sample().request);
    assertThat(header.lease).isEqualTo(sample().lease);
    assertThat(header.status).isEqualTo(MessageLayout.NO_LEASE);
    assertThat(header.length).isZero();
    assertThat(header.payloadCrc).isZero();
  }

  @Test
  void tellsAnotherVersionFromGarbage() {
    sample().answer(MessageLayout.BAD_VERSION).write(bytes, 0);
    bytes.set(MessageLayout.U16, MessageLayout.VERSION_AT, (short) 0xfffe);
    MessageHeader read = new MessageHeader();
    assertThat(read.read(bytes, 0)).isEqualTo(Found.OTHER_VERSION);
    assertThat(read.version).isEqualTo(0xfffe);
    assertThat(read.status).isEqualTo(MessageLayout.BAD_VERSION);
  }

  @Test
  void noticesEveryOtherValueOfEveryByte() {
    sample().write(bytes, 0);
    MessageHeader read = new MessageHeader();
    for (int at = 0; at < MessageLayout.HEADER_BYTES; at++) {
      byte right = bytes.get(JAVA_BYTE, at);
      for (int turned = 1; turned < 256; turned++) {
        bytes.set(JAVA_BYTE, at, (byte) (right ^ turned));
        assertThat(read.read(bytes, 0))
            .as("byte %d, bits %x", at, turned)
            .isNotEqualTo(Found.HEADER);
      }
      bytes.set(JAVA_BYTE, at, right);
    }
    assertThat(read.read(bytes, 0)).isEqualTo(Found.HEADER);
  }

  @Test
  void namesEveryStatus() {
    for (int status = MessageLayout.OK; status <= MessageLayout.BAD_CHECKSUM; status++) {
      assertThat(MessageLayout.describeStatus(status)).doesNotContain("status");
    }
    assertThat(MessageLayout.describeStatus(99)).isEqualTo("status 99");
    assertThat(MessageLayout.describeStatus(-1)).isEqualTo("status -1");
  }

  @Test
  void sumsAnySegment() {
    SegmentCrc crc = new SegmentCrc();
    CRC32C expected = new CRC32C();
    byte[] text = "123456789".getBytes(US_ASCII);
    expected.update(text);
    assertThat((int) expected.getValue()).isEqualTo(0xe3069283);
    for (int i = 0; i < 10; i++) {
      MemorySegment segment = Arena.ofAuto().allocate(64);
      MemorySegment.copy(MemorySegment.ofArray(text), 0, segment, i, 9);
      assertThat(crc.of(segment, i, 9)).isEqualTo(0xe3069283);
      assertThat(crc.reset().add(segment, i, 4).add(segment, i + 4, 5).value())
          .isEqualTo(0xe3069283);
    }
  }
}
