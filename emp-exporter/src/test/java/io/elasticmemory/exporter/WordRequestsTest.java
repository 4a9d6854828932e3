package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.ADD_WORD;
import static io.elasticmemory.wire.MessageLayout.BAD_CHECKSUM;
import static io.elasticmemory.wire.MessageLayout.BAD_RANGE;
import static io.elasticmemory.wire.MessageLayout.BAD_REQUEST;
import static io.elasticmemory.wire.MessageLayout.OK;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static io.elasticmemory.wire.MessageLayout.SWAP_WORD;
import static io.elasticmemory.wire.MessageLayout.WORDS_OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.verbs.testing.FabricPoller;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import io.elasticmemory.port.verbs.testing.FakeVerbs;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.WordsLayout;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an exporter answers to requests about words, of clients that behave and others. */
class WordRequestsTest {
  private static final int WORDS = 3;

  private final Exporter exporter =
      Exporter.start(ExporterSettings.lending(SLAB_BYTES).withWords(WORDS));

  @AfterEach
  void close() {
    exporter.close();
  }

  private static int change(TestClient client, int operation, long word, long first, long second)
      throws IOException {
    client.send(request(client, operation, word, first, second));
    return client.receive();
  }

  private static byte[] request(
      TestClient client, int operation, long word, long first, long second) {
    byte[] payload = new byte[WordsLayout.OPERATION_BYTES];
    WordsLayout.writeOperation(MemorySegment.ofArray(payload), 0, first, second);
    CRC32C crc = new CRC32C();
    crc.update(payload);
    MessageHeader header = client.ask(operation);
    header.offset = word;
    header.length = payload.length;
    header.payloadCrc = (int) crc.getValue();
    return payload;
  }

  @Test
  void doesNothingTwiceThatCameTwice() throws IOException {
    try (TestClient client = TestClient.of(exporter, 1)) {
      client.ask(WORDS_OPEN);
      client.send();
      assertThat(client.receive()).isEqualTo(OK);
      client.receive(WordsLayout.GRANT_BYTES);
      byte[] payload = request(client, ADD_WORD, 1, 1, 0);
      client.send(payload);
      client.send(payload);
      assertThat(client.receive()).isEqualTo(OK);
      assertThat(client.receive()).isEqualTo(BAD_REQUEST);
      assertThat(client.isClosedByExporter()).isTrue();
    }
    try (TestClient client = TestClient.of(exporter, 2)) {
      client.ask(WORDS_OPEN);
      client.send();
      assertThat(client.receive()).isEqualTo(OK);
      client.receive(WordsLayout.GRANT_BYTES);
      assertThat(change(client, ADD_WORD, 1, 1, 0)).isEqualTo(OK);
      assertThat(client.header.offset).isEqualTo(1);
    }
  }

  @Test
  void grantsWordsAndChangesThem() throws IOException {
    try (TestClient client = TestClient.of(exporter, 1)) {
      client.ask(WORDS_OPEN);
      client.send();
      assertThat(client.receive()).isEqualTo(OK);
      byte[] granted = client.receive(WordsLayout.GRANT_BYTES);
      assertThat(Grant.read(MemorySegment.ofArray(granted))).isEqualTo(Grant.byExporter(WORDS));
      assertThat(change(client, SWAP_WORD, 2, 0, 9)).isEqualTo(OK);
      assertThat(client.header.offset).isZero();
      assertThat(change(client, SWAP_WORD, 2, 0, 10)).isEqualTo(OK);
      assertThat(client.header.offset).isEqualTo(9);
      assertThat(change(client, ADD_WORD, 2, -1, 0)).isEqualTo(OK);
      assertThat(change(client, ADD_WORD, 2, 0, 0)).isEqualTo(OK);
      assertThat(client.header.offset).isEqualTo(8);
    }
  }

  @Test
  void changesNothingWhenItCannotBeWhatWasAsked() throws IOException {
    try (TestClient client = TestClient.of(exporter, 1)) {
      assertThat(change(client, ADD_WORD, WORDS, 1, 0)).isEqualTo(BAD_RANGE);
      assertThat(change(client, ADD_WORD, -1, 1, 0)).isEqualTo(BAD_RANGE);
      assertThat(change(client, ADD_WORD, 1L << 32, 1, 0)).isEqualTo(BAD_RANGE);
      byte[] damaged = request(client, ADD_WORD, 0, 1, 0);
      damaged[0] = 2;
      client.send(damaged);
      assertThat(client.receive()).isEqualTo(BAD_CHECKSUM);
      assertThat(change(client, ADD_WORD, 0, 0, 0)).isEqualTo(OK);
      assertThat(client.header.offset).isZero();
    }
  }

  @Test
  void endsAConnectionThatAsksInAnotherWay() throws IOException {
    try (TestClient client = TestClient.of(exporter, 1)) {
      client.ask(ADD_WORD).length = WordsLayout.OPERATION_BYTES - 1;
      client.send(new byte[WordsLayout.OPERATION_BYTES - 1]);
      assertThat(client.receive()).isEqualTo(BAD_REQUEST);
      assertThat(client.isClosedByExporter()).isTrue();
    }
  }

  @Test
  void hasNoWordsUnlessToldTo() throws IOException {
    try (Exporter without = Exporter.start(ExporterSettings.lending(SLAB_BYTES));
        TestClient client = TestClient.of(without, 1)) {
      client.ask(WORDS_OPEN);
      client.send();
      assertThat(client.receive()).isEqualTo(BAD_REQUEST);
    }
  }

  @Test
  void changesNoWordOverTcpThatItsDeviceServes() throws IOException {
    FakeVerbs verbs = new FakeFabric().host(InetAddress.ofLiteral("127.0.0.1"), true);
    ExporterSettings settings =
        ExporterSettings.lending(SLAB_BYTES).withDevice("fake-127.0.0.1").withWords(WORDS);
    Platform platform = Platform.find();
    Supplier<Poller> poller = () -> new FabricPoller(platform.sockets().openPoller());
    try (Exporter byDevice =
            Exporter.start(settings, platform.memories(), () -> verbs, poller, Clock.system());
        TestClient client = TestClient.of(byDevice, 1)) {
      client.ask(WORDS_OPEN);
      client.send();
      assertThat(client.receive()).isEqualTo(OK);
      MemorySegment granted = MemorySegment.ofArray(client.receive(WordsLayout.GRANT_BYTES));
      assertThat(Grant.read(granted)).extracting(Grant::servedBy).isEqualTo(ServedBy.DEVICE);
      assertThat(change(client, ADD_WORD, 0, 1, 0)).isEqualTo(BAD_REQUEST);
      assertThat(client.isClosedByExporter()).isTrue();
    }
  }

  @Test
  void aCpuDoesNotTouchWordsThatTheDeviceServes() {
    try (SharedWords words = new SharedWords(1, ServedBy.DEVICE)) {
      assertThatThrownBy(() -> words.compareAndSwap(0, 0, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> words.fetchAndAdd(0, 1)).isInstanceOf(IllegalStateException.class);
    }
    try (SharedWords words = new SharedWords(1, ServedBy.EXPORTER)) {
      assertThatThrownBy(words::memory).isInstanceOf(IllegalStateException.class);
    }
  }
}
