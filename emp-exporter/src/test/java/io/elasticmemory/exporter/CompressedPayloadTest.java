package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.OK;
import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static io.elasticmemory.wire.PackedLayout.PIECE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that travel compressed, from clients that behave and from others. */
class CompressedPayloadTest {
  private static final int BLOCK = 160 << 10;

  private final HandClock clock = new HandClock();
  private final Exporter exporter =
      Exporter.start(ExporterSettings.lending(2 * SLAB_BYTES), Platform.find().memories(), clock);
  private final Lz4 lz4 = Lz4Library.open(_ -> {});

  @AfterEach
  void close() {
    exporter.close();
  }

  private TestClient leasing(long space) throws IOException {
    TestClient client = TestClient.of(exporter, space);
    assertThat(client.lease(1)).isEqualTo(OK);
    return client;
  }

  private static int crc(byte[] bytes, int at, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, count);
    return (int) crc.getValue();
  }

  /** Half noise. */
  private static byte[] text(int bytes, int seed) {
    byte[] text = TestClient.pattern(bytes, seed);
    for (int at = 0; at < bytes; at += 128) {
      Arrays.fill(text, at, Math.min(bytes, at + 64), (byte) seed);
    }
    return text;
  }

  private byte[] packed(byte[] plain, int at, int bytes) {
    ByteBuffer from = ByteBuffer.allocateDirect(bytes).put(0, plain, at, bytes);
    ByteBuffer to = ByteBuffer.allocateDirect(lz4.maxBytes(bytes));
    byte[] packed = new byte[lz4.compress(from, 0, bytes, to, 0)];
    to.get(0, packed);
    return packed;
  }

  private static byte[] piece(int saidBytes, int saidCrc, byte[] bytes) {
    return ByteBuffer.allocate(8 + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(saidBytes)
        .putInt(saidCrc)
        .put(bytes)
        .array();
  }

  private byte[] payload(byte[] plain) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int at = 0; at < plain.length; at += PIECE_BYTES) {
      int bytes = PackedLayout.pieceBytes(plain.length, at);
      byte[] sent = packed(plain, at, bytes);
      if (sent.length >= bytes) {
        sent = Arrays.copyOfRange(plain, at, at + bytes);
      }
      payload.write(piece(sent.length, crc(sent, 0, sent.length), sent));
    }
    return payload.toByteArray();
  }

  private void askWrite(TestClient client, long offset, byte[] plain) {
    client.ask(MessageLayout.WRITE_COMPRESSED).offset = offset;
    client.header.length = plain.length;
    client.header.payloadCrc = crc(plain, 0, plain.length);
  }

  private int write(TestClient client, long offset, byte[] plain) throws IOException {
    askWrite(client, offset, plain);
    client.send(payload(plain));
    return client.receive();
  }

  private byte[] read(TestClient client, long offset, int length) throws IOException {
    client.ask(MessageLayout.READ_COMPRESSED).offset = offset;
    client.header.length = length;
    client.send();
    assertThat(client.receive()).isEqualTo(OK);
    assertThat(client.header.length).isEqualTo(length);
    byte[] plain = new byte[length];
    for (int at = 0; at < length; at += PIECE_BYTES) {
      int bytes = PackedLayout.pieceBytes(length, at);
      ByteBuffer prefix = ByteBuffer.wrap(client.receive(8)).order(ByteOrder.LITTLE_ENDIAN);
      int sent = prefix.getInt();
      assertThat(sent).isBetween(1, bytes);
      byte[] piece = client.receive(sent);
      assertThat(prefix.getInt()).isEqualTo(crc(piece, 0, sent));
      ByteBuffer target = ByteBuffer.allocateDirect(bytes);
      if (sent == bytes) {
        target.put(0, piece);
      } else {
        ByteBuffer from = ByteBuffer.allocateDirect(sent).put(0, piece);
        assertThat(lz4.decompress(from, 0, sent, target, 0, bytes)).isTrue();
        wireSaved += bytes - sent;
      }
      target.get(0, plain, at, bytes);
    }
    return plain;
  }

  private int wireSaved;

  @Test
  void movesPayloadsOfEverySizeAndKeepsThemPlain() throws IOException {
    try (TestClient client = leasing(1)) {
      for (int bytes = 1; bytes <= PAYLOAD_BYTES_MAX; bytes = bytes * 5 + 1) {
        byte[] text = text(bytes, bytes);
        assertThat(write(client, 4096, text)).as("%d bytes", bytes).isEqualTo(OK);
        assertThat(client.readBytes(4096, bytes)).as("%d bytes", bytes).isEqualTo(text);
        assertThat(read(client, 4096, bytes)).as("%d bytes", bytes).isEqualTo(text);
      }
      assertThat(wireSaved).isPositive();
      byte[] noise = TestClient.pattern(PAYLOAD_BYTES_MAX, 7);
      wireSaved = 0;
      assertThat(write(client, 0, noise)).isEqualTo(OK);
      assertThat(read(client, 0, PAYLOAD_BYTES_MAX)).isEqualTo(noise);
      assertThat(wireSaved).isZero();
      assertThat(client.write(0, text(BLOCK, 3))).isEqualTo(OK);
      assertThat(read(client, 0, BLOCK)).isEqualTo(text(BLOCK, 3));
    }
  }

  @Test
  void reachesNothingOutsideItsLease() throws IOException {
    try (TestClient neighbour = leasing(1);
        TestClient client = leasing(2)) {
      assertThat(write(neighbour, 0, text(BLOCK, 1))).isEqualTo(OK);
      for (long offset : new long[] {-1, SLAB_BYTES, SLAB_BYTES - 1, 1L << 40, Long.MIN_VALUE}) {
        assertThat(write(client, offset, new byte[BLOCK])).isEqualTo(MessageLayout.BAD_RANGE);
        client.ask(MessageLayout.READ_COMPRESSED).offset = offset;
        client.header.length = BLOCK;
        client.send();
        assertThat(client.receive()).isEqualTo(MessageLayout.BAD_RANGE);
      }
      client.lease++;
      assertThat(write(client, 0, new byte[BLOCK])).isEqualTo(MessageLayout.NO_LEASE);
      assertThat(client.ping()).isEqualTo(OK);
      assertThat(read(neighbour, 0, BLOCK)).isEqualTo(text(BLOCK, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, PIECE_BYTES + 1, 2 << 20})
  void cutsAClientOffThatSaysAPieceHasAnImpossibleSize(int size) throws IOException {
    // Within its lease, outside of it, and without one: the piece is looked at in each case.
    for (int kind = 0; kind < 3; kind++) {
      try (TestClient client = leasing(1)) {
        client.lease += kind == 2 ? 1 : 0;
        askWrite(client, kind == 1 ? SLAB_BYTES : 0, new byte[BLOCK]);
        client.send(piece(size, 0, new byte[100]));
        assertThat(client.receive()).as("kind %d", kind).isEqualTo(MessageLayout.BAD_REQUEST);
        assertThat(client.isClosedByExporter()).isTrue();
      }
      await().until(() -> exporter.connections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MAX_VALUE, (2 << 20) + 1})
  void cutsAClientOffThatWritesMoreThanABlockAtOnce(int length) throws IOException {
    try (TestClient client = leasing(1)) {
      client.ask(MessageLayout.WRITE_COMPRESSED).length = length;
      client.send();
      assertThat(client.receive()).isEqualTo(MessageLayout.BAD_REQUEST);
      assertThat(client.isClosedByExporter()).isTrue();
    }
  }

  @Test
  void tellsAClientWhoseBytesAreNotWhatTheyShouldBe() throws IOException {
    byte[] plain = text(PIECE_BYTES, 1);
    byte[] good = packed(plain, 0, PIECE_BYTES);
    byte[] spoilt = good.clone();
    spoilt[good.length / 2]++;
    byte[] noise = TestClient.pattern(good.length, 2);
    byte[] less = packed(plain, 0, PIECE_BYTES / 2);
    byte[] other = packed(text(PIECE_BYTES, 9), 0, PIECE_BYTES);
    byte[][] payloads = {
      piece(good.length, crc(good, 0, good.length), spoilt), // on the way
      piece(spoilt.length, crc(spoilt, 0, spoilt.length), spoilt), // before
      piece(noise.length, crc(noise, 0, noise.length), noise), // no LZ4
      piece(less.length, crc(less, 0, less.length), less), // of half the bytes
      piece(other.length, crc(other, 0, other.length), other), // other bytes
      piece(1, crc(good, 0, 1), Arrays.copyOf(good, 1)), // the first byte alone
    };
    try (TestClient client = leasing(1)) {
      for (int i = 0; i < payloads.length; i++) {
        askWrite(client, 0, plain);
        client.send(payloads[i]);
        assertThat(client.receive()).as("payload %d", i).isEqualTo(MessageLayout.BAD_CHECKSUM);
        assertThat(client.ping()).as("goes on after payload %d", i).isEqualTo(OK);
      }
      assertThat(write(client, 0, plain)).isEqualTo(OK);
      assertThat(read(client, 0, PIECE_BYTES)).isEqualTo(plain);
    }
  }

  /** Blocks of random bytes, told as LZ4 with a right checksum; the seed is in the output. */
  @Test
  void decompressesGarbageWithoutHarmToTheNeighbours() throws IOException {
    long seed = System.nanoTime();
    System.out.println("CompressedPayloadTest garbage seed " + seed);
    Random random = new Random(seed);
    byte[] neighbour = text(2 * BLOCK, 5);
    try (TestClient client = leasing(1)) {
      assertThat(write(client, 0, neighbour)).isEqualTo(OK);
      for (int round = 0; round < 2_000; round++) {
        byte[] garbage = new byte[1 + random.nextInt(4095)];
        random.nextBytes(garbage);
        // Long matches are what a decompressor stumbles over.
        if (round % 2 == 0) {
          garbage[0] = (byte) (garbage[0] | 0x0f);
        }
        askWrite(client, BLOCK, new byte[4096]);
        client.send(piece(garbage.length, crc(garbage, 0, garbage.length), garbage));
        assertThat(client.receive())
            .as("seed %d round %d", seed, round)
            .isEqualTo(MessageLayout.BAD_CHECKSUM);
      }
      byte[] after = client.readBytes(0, 2 * BLOCK);
      assertThat(Arrays.copyOf(after, BLOCK)).isEqualTo(Arrays.copyOf(neighbour, BLOCK));
      assertThat(Arrays.copyOfRange(after, BLOCK + 4096, 2 * BLOCK))
          .isEqualTo(Arrays.copyOfRange(neighbour, BLOCK + 4096, 2 * BLOCK));
    }
  }

  @Test
  void aClientGoesAwayInTheMiddleOfAPiece() throws IOException {
    byte[] plain = text(BLOCK, 1);
    byte[] payload = payload(plain);
    for (int cut = 1; cut < payload.length; cut += payload.length / 37) {
      TestClient client = leasing(1);
      askWrite(client, 0, plain);
      client.send(Arrays.copyOf(payload, cut));
      client.close();
      await().until(() -> exporter.connections() == 0);
    }
    try (TestClient client = leasing(1)) {
      assertThat(write(client, 0, plain)).isEqualTo(OK);
      assertThat(read(client, 0, BLOCK)).isEqualTo(plain);
    }
  }
}
