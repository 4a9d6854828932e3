package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.OK;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client may try: the exporter goes on, keeps its memory, and serves the others. */
class HostileClientTest {
  private static final int BLOCK = 64 << 10;
  private static final int CONNECTIONS_MAX = 8;

  private final HandClock clock = new HandClock();
  private final Exporter exporter =
      Exporter.start(
          ExporterSettings.lending(3 * SLAB_BYTES).withConnectionsMax(CONNECTIONS_MAX),
          Platform.find().memories(),
          clock);

  @AfterEach
  void close() {
    exporter.close();
  }

  private TestClient leasing(long space) throws IOException {
    TestClient client = TestClient.of(exporter, space);
    assertThat(client.lease(1)).isEqualTo(OK);
    return client;
  }

  private TestClient silent() throws IOException {
    return new TestClient(exporter.address());
  }

  @Test
  void reachesNothingOutsideItsLease() throws IOException {
    try (TestClient neighbour = leasing(1);
        TestClient client = leasing(2);
        TestClient other = leasing(3)) {
      assertThat(neighbour.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
      assertThat(other.write(0, TestClient.pattern(BLOCK, 3))).isEqualTo(OK);
      long[] offsets = {
        -1,
        -BLOCK,
        SLAB_BYTES,
        SLAB_BYTES - 1,
        SLAB_BYTES - BLOCK + 1,
        2 * SLAB_BYTES,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE - BLOCK + 1,
      };
      for (long offset : offsets) {
        assertThat(client.read(offset, BLOCK)).isEqualTo(MessageLayout.BAD_RANGE);
        assertThat(client.write(offset, new byte[BLOCK])).isEqualTo(MessageLayout.BAD_RANGE);
      }
      for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 3 << 20}) {
        assertThat(client.read(0, length)).isEqualTo(MessageLayout.BAD_RANGE);
      }
      assertThat(neighbour.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 1));
      assertThat(other.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 3));
    }
  }

  @Test
  void isCutOffWhenItWritesMoreThanABlockAtOnce() throws IOException {
    for (int length : new int[] {0, -1, Integer.MAX_VALUE, (2 << 20) + 1}) {
      try (TestClient client = TestClient.of(exporter, length)) {
        client.ask(MessageLayout.WRITE).length = length;
        client.send();
        assertThat(client.receive()).isEqualTo(MessageLayout.BAD_REQUEST);
        assertThat(client.isClosedByExporter()).isTrue();
      }
    }
  }

  @Test
  void isToldWhenItsPayloadArrivedDamaged() throws IOException {
    try (TestClient client = leasing(1)) {
      client.askWrite(0, TestClient.pattern(BLOCK, 1));
      client.send(TestClient.pattern(BLOCK, 2));
      assertThat(client.receive()).isEqualTo(MessageLayout.BAD_CHECKSUM);
      assertThat(client.ping()).isEqualTo(OK);
    }
  }

  @Test
  void isRefusedWithoutAHello() throws IOException {
    for (int operation = 0; operation < 12; operation++) {
      if (operation == MessageLayout.HELLO) {
        continue;
      }
      try (TestClient client = silent()) {
        client.ask(operation);
        client.send();
        assertThat(client.receive()).isEqualTo(MessageLayout.BAD_REQUEST);
        assertThat(client.isClosedByExporter()).isTrue();
      }
    }
  }

  @Test
  void isRefusedWithAHelloThatMakesNoSense() throws IOException {
    for (int mistake = 0; mistake < 6; mistake++) {
      try (TestClient client = silent()) {
        client.epoch = mistake == 0 ? 0 : mistake == 1 ? -1 : 1;
        client.connection = mistake == 2 ? 0 : 1;
        client.role = mistake == 3 ? 0 : mistake == 4 ? 3 : 1;
        if (mistake == 5) {
          client.ask(MessageLayout.HELLO).length = 31;
          client.send(new byte[31]);
        } else {
          client.sendHello();
        }
        assertThat(client.receive()).as("mistake %d", mistake).isEqualTo(MessageLayout.BAD_REQUEST);
      }
    }
  }

  /** A bit of it may have turned over on the way: then it is another space, or another epoch's. */
  @Test
  void isRefusedWithAHelloThatArrivesDamaged() throws IOException {
    for (int bit = 0; bit < Byte.SIZE * MessageLayout.HELLO_BYTES; bit += 7) {
      try (TestClient client = silent()) {
        client.damagesHelloAt = bit;
        client.sendHello();
        assertThat(client.receive()).as("bit %d", bit).isEqualTo(MessageLayout.BAD_REQUEST);
        assertThat(client.isClosedByExporter()).isTrue();
      }
    }
  }

  @Test
  void isRefusedWithASecondHelloAnUnknownOperationOrAnotherEpoch() throws IOException {
    for (int mistake = 0; mistake < 4; mistake++) {
      try (TestClient client = TestClient.of(exporter, 1 + mistake)) {
        switch (mistake) {
          case 0 -> client.sendHello();
          case 1 -> {
            client.ask(99);
            client.send();
          }
          case 2 -> {
            client.ask(MessageLayout.PING).epoch = 2;
            client.send();
          }
          default -> {
            client.ask(MessageLayout.PING).instance++;
            client.send();
          }
        }
        assertThat(client.receive()).as("mistake %d", mistake).isEqualTo(MessageLayout.BAD_REQUEST);
        assertThat(client.isClosedByExporter()).isTrue();
      }
    }
  }

  @Test
  void ofAnotherVersionIsToldOurs() throws IOException {
    try (TestClient client = silent()) {
      client.ask(MessageLayout.HELLO);
      byte[] bytes = client.headerBytes();
      bytes[(int) MessageLayout.VERSION_AT]++;
      client.sendRaw(bytes);
      assertThat(client.receive()).isEqualTo(MessageLayout.BAD_VERSION);
      assertThat(client.isClosedByExporter()).isTrue();
    }
  }

  /** Random bytes, and good messages with random bytes in them; the seed is in the output. */
  @Test
  void sendsGarbageAndTheExporterGoesOn() throws IOException {
    long seed = System.nanoTime();
    System.out.println("HostileClientTest garbage seed " + seed);
    Random random = new Random(seed);
    try (TestClient good = leasing(1)) {
      assertThat(good.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
      for (int round = 0; round < 400; round++) {
        try (TestClient bad = silent()) {
          bad.space = 2;
          bad.connection = 1L + round;
          bad.socket.setSoTimeout(200);
          sendGarbage(bad, random);
          bad.socket.shutdownOutput();
          assertThat(bad.isClosedByExporter()).as("seed %d round %d", seed, round).isTrue();
        } catch (IOException e) {
          // Closed by the exporter while the garbage was being sent.
        }
      }
      assertThat(good.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 1));
    }
    await().until(() -> exporter.connections() == 0);
    assertThat(exporter.freeBytes()).isGreaterThanOrEqualTo(SLAB_BYTES);
  }

  private static void sendGarbage(TestClient bad, Random random) throws IOException {
    byte[] bytes = new byte[random.nextInt(4 * HEADER_BYTES)];
    random.nextBytes(bytes);
    int kind = random.nextInt(3);
    if (kind > 0) {
      bad.hello();
      bad.lease(1);
    }
    if (kind > 1) {
      MessageHeader header = bad.ask(random.nextInt(11));
      header.offset = random.nextBoolean() ? random.nextInt(1 << 20) : random.nextLong();
      header.length = random.nextBoolean() ? random.nextInt(1 << 16) : random.nextInt();
      header.lease = random.nextInt(4) == 0 ? random.nextLong() : bad.lease;
      header.write(MemorySegment.ofArray(bytes = java.util.Arrays.copyOf(bytes, 9999)), 0);
    }
    bad.sendRaw(bytes);
  }

  @Test
  void goesAwayInTheMiddleOfAFrame() throws IOException {
    byte[] pattern = TestClient.pattern(BLOCK, 1);
    for (int cut = 1; cut < HEADER_BYTES + BLOCK; cut += 3001) {
      TestClient client = leasing(1);
      client.askWrite(0, pattern);
      byte[] message = java.util.Arrays.copyOf(client.headerBytes(), HEADER_BYTES + BLOCK);
      System.arraycopy(pattern, 0, message, HEADER_BYTES, BLOCK);
      client.sendRaw(java.util.Arrays.copyOf(message, cut));
      client.socket.setOption(StandardSocketOptions.SO_LINGER, cut % 2); // FIN or RST
      client.close();
      await().until(() -> exporter.connections() == 0);
    }
    try (TestClient client = leasing(1)) {
      assertThat(client.write(0, pattern)).isEqualTo(OK);
      assertThat(client.readBytes(0, BLOCK)).isEqualTo(pattern);
    }
  }

  @Test
  void goesAwayInTheMiddleOfAWriteAndItsSlabIsStillCleaned() throws IOException {
    TestClient client = leasing(1);
    client.askWrite(0, TestClient.pattern(BLOCK, 1));
    client.sendRaw(client.headerBytes());
    client.sendRaw(TestClient.pattern(BLOCK / 2, 1));
    await().until(() -> exporter.connections() == 1);
    client.close();
    await().until(() -> exporter.connections() == 0);
    clock.pass(Duration.ofSeconds(31));
    await().until(() -> exporter.freeBytes() == 3 * SLAB_BYTES);
  }

  @Test
  void saysNoHelloInTime() throws IOException {
    try (TestClient mute = silent();
        TestClient slow = silent();
        TestClient good = leasing(1)) {
      slow.sendRaw(new byte[] {0x45, 0x4d});
      await().until(() -> exporter.connections() == 3);
      clock.pass(Duration.ofMillis(2_100));
      assertThat(mute.isClosedByExporter()).isTrue();
      assertThat(slow.isClosedByExporter()).isTrue();
      assertThat(good.ping()).isEqualTo(OK);
    }
  }

  @Test
  void sendsAHeaderTooSlowly() throws IOException {
    try (TestClient client = leasing(1)) {
      client.ask(MessageLayout.PING);
      client.sendRaw(java.util.Arrays.copyOf(client.headerBytes(), 63));
      assertThat(isCutOffWithin(client, Duration.ofSeconds(2))).isTrue();
    }
  }

  @Test
  void sendsAPayloadTooSlowly() throws IOException {
    try (TestClient client = leasing(1)) {
      client.askWrite(0, new byte[BLOCK]);
      client.sendRaw(client.headerBytes());
      client.sendRaw(new byte[BLOCK - 1]);
      assertThat(isCutOffWithin(client, Duration.ofSeconds(13))).isTrue();
    }
  }

  @Test
  void doesNotTakeItsAnswers() throws IOException, InterruptedException {
    try (TestClient client = leasing(1)) {
      // More than the sockets' buffers hold, so that the exporter has to wait for the client.
      for (int i = 0; i < 100; i++) {
        client.sendRead(0, 2 << 20);
      }
      Thread.sleep(300); // Until the buffers are full; if they are not yet, the test is weaker.
      clock.pass(Duration.ofSeconds(80));
      await().until(() -> exporter.connections() == 0);
    }
  }

  /** Whether the exporter has closed the connection when that time has passed, not before. */
  private boolean isCutOffWithin(TestClient client, Duration time) throws IOException {
    try (TestClient witness = TestClient.of(exporter, 77)) {
      int before = exporter.connections();
      clock.pass(time.dividedBy(20));
      assertThat(witness.ping()).isEqualTo(OK);
      assertThat(exporter.connections()).isEqualTo(before);
      clock.pass(time);
      return client.isClosedByExporter();
    }
  }

  @Test
  void cannotKeepOthersOutByNotSayingHello() throws IOException {
    List<TestClient> silent = new ArrayList<>();
    for (int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
      silent.add(silent());
    }
    try (TestClient good = leasing(1)) {
      assertThat(good.ping()).isEqualTo(OK);
      assertThat(exporter.connections()).isLessThanOrEqualTo(CONNECTIONS_MAX);
    }
    for (TestClient client : silent) {
      client.close();
    }
  }

  @Test
  void isRefusedWhenThereAreTooManyWhoSaidHello() throws IOException {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      clients.add(TestClient.of(exporter, 10 + i));
    }
    for (int i = 0; i < 100; i++) {
      try (TestClient refused = silent()) {
        refused.sendHello();
        assertThat(refused.receive()).isEqualTo(MessageLayout.TOO_MANY_CONNECTIONS);
      }
    }
    clients.getLast().close();
    await()
        .untilAsserted(
            () -> {
              try (TestClient now = silent()) {
                now.space = 99;
                assertThat(now.hello()).isEqualTo(OK);
              }
            });
    for (TestClient client : clients) {
      client.close();
    }
  }

  @Test
  void guessesLeasesOfOthersInVain() throws IOException {
    Random random = new Random(41);
    try (TestClient owner = leasing(1);
        TestClient thief = leasing(2)) {
      long own = thief.lease;
      for (int i = 0; i < 5_000; i++) {
        // Near that of another, or anywhere.
        thief.lease = i % 2 == 0 ? owner.lease + (i >> 1) : random.nextLong();
        if (thief.lease != own) {
          assertThat(thief.read(0, 4096)).isEqualTo(MessageLayout.NO_LEASE);
        }
      }
      assertThat(owner.ping()).isEqualTo(OK);
    }
  }

  @Test
  void connectsThousandsOfTimes() throws IOException {
    for (int i = 0; i < 3_000; i++) {
      try (TestClient client = silent()) {
        if (i % 3 == 0) {
          client.space = 1L + i;
          assertThat(client.hello()).isEqualTo(OK);
        }
      }
    }
    await().until(() -> exporter.connections() == 0);
    try (TestClient client = leasing(1)) {
      assertThat(client.ping()).isEqualTo(OK);
    }
  }
}
