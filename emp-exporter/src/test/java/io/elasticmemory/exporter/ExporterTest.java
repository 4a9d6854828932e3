package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.BAD_RANGE;
import static io.elasticmemory.wire.MessageLayout.BAD_REQUEST;
import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.OK;
import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.MessageLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients that behave may rely on, and what happens to leases when they do not. */
class ExporterTest {
  private static final int BLOCK = 64 << 10;

  private final HandClock clock = new HandClock();
  private final Exporter exporter = start(2);

  private Exporter start(int slabs) {
    return Exporter.start(
        ExporterSettings.lending(slabs * SLAB_BYTES), Platform.find().memories(), clock);
  }

  @AfterEach
  void close() {
    exporter.close();
  }

  private TestClient client(long space) throws IOException {
    return TestClient.of(exporter, space);
  }

  private TestClient leasing(long space, int slabs) throws IOException {
    TestClient client = client(space);
    assertThat(client.lease(slabs)).isEqualTo(OK);
    assertThat(client.leasedSlabs).isEqualTo(slabs);
    return client;
  }

  private static boolean isZero(byte[] bytes) {
    return ByteBuffer.wrap(bytes).mismatch(ByteBuffer.allocate(bytes.length)) < 0;
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    try (TestClient client = leasing(1, 2)) {
      long[] offsets = {0, BLOCK, SLAB_BYTES - BLOCK, SLAB_BYTES, 2 * SLAB_BYTES - BLOCK};
      for (int i = 0; i < offsets.length; i++) {
        assertThat(client.write(offsets[i], TestClient.pattern(BLOCK, i))).isEqualTo(OK);
      }
      for (int i = 0; i < offsets.length; i++) {
        assertThat(client.readBytes(offsets[i], BLOCK)).isEqualTo(TestClient.pattern(BLOCK, i));
      }
      assertThat(isZero(client.readBytes(2 * BLOCK, BLOCK))).isTrue();
    }
  }

  @Test
  void refusesAWriteThatComesAgainAfterALaterOne() throws IOException {
    byte[] later = TestClient.pattern(BLOCK, 2);
    try (TestClient client = leasing(1, 1)) {
      byte[] first = client.writeRequest(0, TestClient.pattern(BLOCK, 1));
      client.sendRaw(first);
      assertThat(client.receive()).isEqualTo(OK);
      assertThat(client.write(0, later)).isEqualTo(OK);
      client.sendRaw(first);
      assertThat(client.receive()).isEqualTo(BAD_REQUEST);
      assertThat(client.isClosedByExporter()).isTrue();
    }
    try (TestClient client = TestClient.of(exporter, 1)) {
      assertThat(client.readBytes(0, BLOCK)).isEqualTo(later);
    }
  }

  @Test
  void movesPayloadsOfEverySize() throws IOException {
    try (TestClient client = leasing(1, 1)) {
      for (int bytes = 1; bytes <= PAYLOAD_BYTES_MAX; bytes = bytes * 3 + 1) {
        byte[] pattern = TestClient.pattern(bytes, bytes);
        assertThat(client.write(4096, pattern)).as("%d bytes", bytes).isEqualTo(OK);
        assertThat(client.readBytes(4096, bytes)).as("%d bytes", bytes).isEqualTo(pattern);
      }
      byte[] largest = TestClient.pattern(PAYLOAD_BYTES_MAX, 7);
      assertThat(client.write(0, largest)).isEqualTo(OK);
      assertThat(client.readBytes(0, PAYLOAD_BYTES_MAX)).isEqualTo(largest);
    }
  }

  @Test
  void answersManyRequestsInTheAir() throws IOException {
    try (TestClient client = leasing(1, 1)) {
      int requests = 300;
      for (int i = 0; i < requests; i++) {
        client.sendWrite(i * 4096L, TestClient.pattern(4096, i));
      }
      for (int i = 0; i < requests; i++) {
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.header.offset).isEqualTo(i * 4096L);
      }
      for (int i = 0; i < requests; i++) {
        client.sendRead(i * 4096L, 4096);
      }
      for (int i = 0; i < requests; i++) {
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive(4096)).isEqualTo(TestClient.pattern(4096, i));
      }
    }
  }

  /**
   * Answers are collected, yet each is as if it had been sent before the next request was taken.
   */
  @Test
  void answersWhatIsAskedTogetherOneByOne() throws IOException {
    byte[] before = TestClient.pattern(BLOCK, 1);
    byte[] after = TestClient.pattern(BLOCK, 2);
    int rounds = 40;
    try (TestClient client = leasing(1, 1)) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < rounds; i++) {
        requests.write(client.writeRequest(0, before));
        requests.write(client.readRequest(0, BLOCK));
        requests.write(client.readRequest(SLAB_BYTES, BLOCK));
        requests.write(client.writeRequest(0, after));
        requests.write(client.readRequest(0, BLOCK));
        requests.write(client.readRequest(1, 1 + i));
      }
      client.sendRaw(requests.toByteArray());
      for (int i = 0; i < rounds; i++) {
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive(BLOCK)).as("round %d, before", i).isEqualTo(before);
        assertThat(client.receive()).isEqualTo(BAD_RANGE);
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive(BLOCK)).as("round %d, after", i).isEqualTo(after);
        assertThat(client.receive()).isEqualTo(OK);
        assertThat(client.receive(1 + i)).isEqualTo(Arrays.copyOfRange(after, 1, 2 + i));
      }
    }
  }

  @Test
  void slabsOfAClientThatWentAwayAmidItsAnswersCanBeGivenBack() throws IOException {
    try (TestClient client = leasing(1, 2)) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < 5; i++) {
        requests.write(client.readRequest(0, BLOCK));
      }
      requests.write(new byte[HEADER_BYTES]);
      for (int i = 0; i < 100; i++) {
        requests.write(client.readRequest(0, BLOCK));
      }
      client.sendRaw(requests.toByteArray());
    }
    try (TestClient again = new TestClient(exporter.address())) {
      again.connection = 2;
      assertThat(again.hello()).isEqualTo(OK);
      assertThat(again.release()).isEqualTo(OK);
      await().until(() -> exporter.freeBytes() == 2 * SLAB_BYTES);
    }
  }

  /** One that asks for too much would otherwise keep the others out until it has given it back. */
  @Test
  void grantsAllThatIsWantedOrNothing() throws IOException {
    try (TestClient greedy = client(1);
        TestClient modest = client(2)) {
      assertThat(greedy.lease(3)).isEqualTo(OK);
      assertThat(greedy.lease).isZero();
      assertThat(greedy.leasedSlabs).as("free").isEqualTo(2);
      assertThat(exporter.freeBytes()).isEqualTo(2 * MessageLayout.SLAB_BYTES);
      assertThat(modest.lease(2)).isEqualTo(OK);
      assertThat(modest.lease).isNotZero();
      assertThat(modest.leasedSlabs).isEqualTo(2);
      assertThat(greedy.lease(1)).isEqualTo(OK);
      assertThat(greedy.lease).isZero();
      assertThat(greedy.leasedSlabs).as("free").isZero();
      assertThat(modest.release()).isEqualTo(OK);
      assertThat(greedy.lease(1)).isEqualTo(OK);
      assertThat(greedy.lease).isNotZero();
      assertThat(greedy.leasedSlabs).isEqualTo(1);
    }
  }

  @Test
  void refusesToLeaseNothingOrNonsense() throws IOException {
    try (TestClient client = client(1)) {
      for (long slabs : new long[] {0, -1, Long.MIN_VALUE, 1L << 40}) {
        assertThat(client.lease(slabs)).isEqualTo(MessageLayout.BAD_RANGE);
      }
      assertThat(client.lease(1)).isEqualTo(OK);
    }
  }

  @Test
  void aSpaceHasOneLeasePerDonor() throws IOException {
    try (TestClient client = leasing(1, 1);
        TestClient otherDonor = new TestClient(exporter.address())) {
      long lease = client.lease;
      assertThat(client.lease(2)).isEqualTo(OK);
      assertThat(client.lease).isEqualTo(lease);
      assertThat(client.leasedSlabs).isEqualTo(1);
      otherDonor.donor = 1;
      assertThat(otherDonor.hello()).isEqualTo(OK);
      assertThat(otherDonor.lease).isZero();
      assertThat(otherDonor.lease(1)).isEqualTo(OK);
      assertThat(otherDonor.lease).isNotEqualTo(lease);
      assertThat(client.ping()).isEqualTo(OK);
    }
  }

  @Test
  void noByteOfOneTenantReachesAnother() throws IOException {
    for (int round = 0; round < 20; round++) {
      try (TestClient writer = leasing(100 + round, 2)) {
        for (long at = 0; at < 2 * SLAB_BYTES; at += 8 << 20) {
          assertThat(writer.write(at, TestClient.pattern(BLOCK, round))).isEqualTo(OK);
        }
        assertThat(writer.release()).isEqualTo(OK);
        assertThat(writer.read(0, BLOCK)).isEqualTo(MessageLayout.NO_LEASE);
      }
      try (TestClient reader = leasing(200 + round, 2)) {
        for (long at = 0; at < 2 * SLAB_BYTES; at += 8 << 20) {
          assertThat(isZero(reader.readBytes(at, BLOCK))).as("round %d", round).isTrue();
        }
        assertThat(reader.release()).isEqualTo(OK);
      }
    }
  }

  @Test
  void aLeaseIsOfNoUseToAnotherSpace() throws IOException {
    try (TestClient owner = leasing(1, 1);
        TestClient thief = leasing(2, 1)) {
      assertThat(owner.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
      thief.lease = owner.lease;
      assertThat(thief.read(0, BLOCK)).isEqualTo(MessageLayout.NO_LEASE);
      assertThat(thief.write(0, new byte[BLOCK])).isEqualTo(MessageLayout.NO_LEASE);
      assertThat(thief.release()).isEqualTo(MessageLayout.NO_LEASE);
      assertThat(owner.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 1));
    }
  }

  @Test
  void aLeaseOutlivesTheConnection() throws IOException {
    long lease;
    try (TestClient client = leasing(1, 1)) {
      lease = client.lease;
      assertThat(client.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
    }
    try (TestClient again = new TestClient(exporter.address())) {
      again.connection = 2;
      assertThat(again.hello()).isEqualTo(OK);
      assertThat(again.lease).isEqualTo(lease);
      assertThat(again.leasedSlabs).isEqualTo(1);
      assertThat(again.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 1));
    }
  }

  @Test
  void aLeaseEndsAfterItsTimeWithoutARequest() throws IOException {
    TestClient client = leasing(1, 2);
    assertThat(client.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
    clock.pass(Duration.ofSeconds(29));
    assertThat(client.ping()).isEqualTo(OK);
    clock.pass(Duration.ofSeconds(29));
    assertThat(client.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 1));
    assertThat(exporter.freeBytes()).isZero();
    clock.pass(Duration.ofSeconds(31));
    assertThat(client.isClosedByExporter()).isTrue();
    await().until(() -> exporter.freeBytes() == 2 * SLAB_BYTES);
    try (TestClient next = leasing(2, 2)) {
      assertThat(isZero(next.readBytes(0, BLOCK))).isTrue();
    }
    try (TestClient again = client(1)) {
      assertThat(again.lease).isZero();
    }
    client.close();
  }

  @Test
  void closesTheOlderConnectionBeforeItWelcomesTheNewer() throws IOException {
    try (TestClient old = leasing(1, 1);
        TestClient renewed = new TestClient(exporter.address())) {
      // Half a write is in the exporter's hands when the newer connection says hello.
      byte[] pattern = TestClient.pattern(BLOCK, 1);
      old.askWrite(0, pattern);
      old.sendRaw(old.headerBytes());
      old.sendRaw(java.util.Arrays.copyOf(pattern, BLOCK / 2));
      renewed.connection = 2;
      assertThat(renewed.hello()).isEqualTo(OK);
      assertThat(renewed.write(0, TestClient.pattern(BLOCK, 2))).isEqualTo(OK);
      assertThatThrownBy(
              () -> {
                old.sendRaw(java.util.Arrays.copyOfRange(pattern, BLOCK / 2, BLOCK));
                old.receive();
              })
          .isInstanceOf(IOException.class);
      assertThat(renewed.readBytes(0, BLOCK)).isEqualTo(TestClient.pattern(BLOCK, 2));
    }
  }

  @Test
  void aNewEpochEndsEveryConnectionOfTheOldOne() throws IOException {
    try (TestClient urgent = leasing(1, 1);
        TestClient bulk = new TestClient(exporter.address());
        TestClient adopter = new TestClient(exporter.address());
        TestClient late = new TestClient(exporter.address())) {
      bulk.role = MessageLayout.BULK;
      assertThat(bulk.hello()).isEqualTo(OK);
      assertThat(urgent.ping()).isEqualTo(OK);
      adopter.epoch = 2;
      assertThat(adopter.hello()).isEqualTo(OK);
      assertThat(adopter.lease).isEqualTo(urgent.lease);
      assertThat(urgent.isClosedByExporter()).isTrue();
      assertThat(bulk.isClosedByExporter()).isTrue();
      late.connection = 99;
      assertThat(late.hello()).isEqualTo(MessageLayout.SUPERSEDED);
      assertThat(adopter.ping()).isEqualTo(OK);
    }
  }

  @Test
  void aConnectionOvertakenByItsSuccessorIsRefused() throws IOException {
    try (TestClient second = new TestClient(exporter.address());
        TestClient first = new TestClient(exporter.address())) {
      second.connection = 2;
      assertThat(second.hello()).isEqualTo(OK);
      assertThat(first.hello()).isEqualTo(MessageLayout.SUPERSEDED);
      assertThat(second.ping()).isEqualTo(OK);
    }
  }

  @Test
  void anotherStartIsAnotherInstance() throws IOException {
    try (Exporter other = start(1);
        TestClient here = client(1);
        TestClient there = TestClient.of(other, 1)) {
      assertThat(here.instance).isNotZero().isNotEqualTo(there.instance);
    }
  }

  @Test
  void takesItsMemoryAtOnceIfAskedTo() throws IOException {
    ExporterSettings settings = ExporterSettings.lending(SLAB_BYTES).withReserve(true);
    try (Exporter reserved = Exporter.start(settings, Platform.find().memories(), clock);
        TestClient client = TestClient.of(reserved, 1)) {
      assertThat(client.lease(1)).isEqualTo(OK);
      assertThat(client.write(0, TestClient.pattern(BLOCK, 1))).isEqualTo(OK);
      assertThat(client.release()).isEqualTo(OK);
      assertThat(client.lease(1)).isEqualTo(OK);
      assertThat(isZero(client.readBytes(0, BLOCK))).isTrue();
    }
  }

  @Test
  void refusesAPortInUse() {
    ExporterSettings taken = ExporterSettings.lending(SLAB_BYTES).withAddress(exporter.address());
    assertThatThrownBy(() -> Exporter.start(taken, Platform.find().memories(), Clock.system()))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining(":" + exporter.port() + " (Address already in use)")
        .hasMessageContaining("-p auto");
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    ExporterSettings good = ExporterSettings.lending(SLAB_BYTES);
    assertThatThrownBy(() -> ExporterSettings.lending(SLAB_BYTES - 1))
        .hasMessageContaining("at least one slab of 67108864");
    assertThatThrownBy(() -> good.withConnectionsMax(1)).hasMessageContaining("choose 2 to");
    assertThatThrownBy(() -> good.withLeaseMillis(10)).hasMessageContaining("choose 3000 to");
    assertThatThrownBy(
            () -> good.withAddress(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
        .hasMessageContaining("unknown");
  }

  @Test
  void closingEndsEveryConnectionQuicklyAndTwiceIsHarmless() throws IOException {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(client(1000 + i));
    }
    long begun = System.nanoTime();
    exporter.close();
    exporter.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    for (TestClient client : clients) {
      assertThat(client.isClosedByExporter()).isTrue();
      client.close();
    }
    assertThatThrownBy(() -> new TestClient(exporter.address())).isInstanceOf(IOException.class);
    assertThat(exporter.connections()).isZero();
  }
}
