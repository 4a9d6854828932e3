package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.OK;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.WordsLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever a client sends: it is cut off or answered, the exporter goes on, and nobody else's bytes
 * change.
 */
class RequestsFuzzTest {
  private static final int TRIES = 300;
  private static final int BLOCK = 4096;
  private static final int WORDS = 3;
  private static final int GREETED = 1;
  private static final int REPAIRED = 2;
  private static final byte[] PATTERN = TestClient.pattern(BLOCK, 1);

  private static Exporter exporter;
  private static TestClient neighbour;
  private static long connections;

  @BeforeAll
  static void lend() throws IOException {
    exporter = Exporter.start(ExporterSettings.lending(2 * SLAB_BYTES).withWords(WORDS));
    neighbour = TestClient.of(exporter, 1);
    assertThat(neighbour.lease(1)).isEqualTo(OK);
    assertThat(neighbour.write(0, PATTERN)).isEqualTo(OK);
  }

  @AfterAll
  static void close() throws IOException {
    neighbour.close();
    exporter.close();
  }

  @Test
  void survivesWhateverIsAsked() {
    List<byte[]> samples = new ArrayList<>();
    for (int flags = 0; flags < 4; flags++) {
      for (int operation = 1; operation <= MessageLayout.ADD_WORD; operation++) {
        samples.add(sample(flags, operation, payload(operation)));
      }
    }
    new Mutations("RequestsFuzzTest").tryOn(samples, TRIES, this::requests);
    await().until(() -> exporter.connections() == 1);
  }

  private static byte[] payload(int operation) {
    return switch (operation) {
      case MessageLayout.HELLO -> new byte[MessageLayout.HELLO_BYTES];
      case MessageLayout.WRITE -> new byte[BLOCK];
      case MessageLayout.WRITE_COMPRESSED -> piece();
      case MessageLayout.SWAP_WORD, MessageLayout.ADD_WORD -> new byte[WordsLayout.OPERATION_BYTES];
      default -> new byte[0];
    };
  }

  private static byte[] piece() {
    byte[] packed = {0x1f, 7, 1, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 100, 0};
    byte[] piece = new byte[PackedLayout.PREFIX_BYTES + packed.length];
    System.arraycopy(packed, 0, piece, PackedLayout.PREFIX_BYTES, packed.length);
    MemorySegment prefix = MemorySegment.ofArray(piece);
    prefix.set(U32, PackedLayout.SENT_BYTES_AT, packed.length);
    prefix.set(U32, PackedLayout.SENT_CRC_AT, crc(packed, 0));
    return piece;
  }

  private static byte[] sample(int flags, int operation, byte[] payload) {
    MessageHeader header = new MessageHeader().ask(operation, 256);
    boolean hasPayload = payload.length > 0 && operation != MessageLayout.WRITE_COMPRESSED;
    header.length = hasPayload ? payload.length : BLOCK;
    byte[] bytes = new byte[1 + HEADER_BYTES + payload.length];
    bytes[0] = (byte) flags;
    header.write(MemorySegment.ofArray(bytes), 1);
    System.arraycopy(payload, 0, bytes, 1 + HEADER_BYTES, payload.length);
    return bytes;
  }

  private static int crc(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return (int) crc.getValue();
  }

  @FuzzTest
  void requests(byte[] data) {
    if (data.length < 1 + HEADER_BYTES) {
      return;
    }
    try (TestClient client = new TestClient(exporter.address())) {
      client.space = 2;
      client.connection = ++connections;
      if ((data[0] & GREETED) != 0 && client.hello() == OK) {
        assertThat(client.lease(1)).isEqualTo(OK);
      }
      byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
      if ((data[0] & REPAIRED) != 0) {
        repair(client, bytes);
      }
      client.sendRaw(bytes);
      client.socket.shutdownOutput();
      assertThat(client.isClosedByExporter()).isTrue();
    } catch (IOException e) {
      // It was cut off while it was still sending.
    }
    requireNeighbour();
  }

  /** So that the damage is behind what is checked first. */
  private static void repair(TestClient client, byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    MessageHeader header = client.header;
    header.ask(segment.get(MessageLayout.U16, MessageLayout.OPERATION_AT), 256);
    header.lease = client.lease;
    header.epoch = 1;
    header.instance = client.instance;
    header.offset = segment.get(MessageLayout.U64, MessageLayout.OFFSET_AT);
    header.length = segment.get(U32, MessageLayout.LENGTH_AT);
    header.payloadCrc = crc(bytes, HEADER_BYTES);
    header.write(segment, 0);
  }

  private static void requireNeighbour() {
    try {
      assertThat(neighbour.readBytes(0, BLOCK)).isEqualTo(PATTERN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
