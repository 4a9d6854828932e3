package io.elasticmemory.samples.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticmemory.samples.workload.Seeds;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy between a client and a server that send exactly what a test wants. */
@Timeout(60)
class FaultProxyTest {
  private static final long SEED = Seeds.choose("FaultProxyTest");
  private static final int PATIENCE_MILLIS = 10_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private ServerSocket server;
  private FaultProxy proxy;
  private Socket pager;
  private Socket exporter;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    server.setSoTimeout(PATIENCE_MILLIS);
    proxy = FaultProxy.start((InetSocketAddress) server.getLocalSocketAddress(), SEED);
    reconnect();
  }

  private void reconnect() throws IOException {
    pager = new Socket(proxy.address().getAddress(), proxy.port());
    pager.setSoTimeout(PATIENCE_MILLIS);
    exporter = server.accept();
    exporter.setSoTimeout(PATIENCE_MILLIS);
  }

  @AfterEach
  void close() throws IOException {
    pager.close();
    exporter.close();
    proxy.close();
    server.close();
  }

  private byte[] read(long number) {
    return Frames.answer(MessageLayout.READ, number, Frames.random(random, 4096));
  }

  private static byte[] ping(long number) {
    return Frames.request(MessageLayout.PING, number, new byte[0]);
  }

  private static void passes(Socket from, Socket to, byte[] bytes) throws IOException {
    from.getOutputStream().write(bytes);
    assertThat(to.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
  }

  private static boolean isSilent(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    try {
      return socket.getInputStream().read() == -2;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  private static boolean isReset(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes() == null;
    } catch (IOException e) {
      return !(e instanceof SocketTimeoutException);
    }
  }

  private static byte[] inPieces(int operation, boolean answered) {
    MessageHeader header = new MessageHeader().ask(operation, 7);
    if (answered) {
      header.answer(MessageLayout.OK);
    }
    header.length = PackedLayout.PIECE_BYTES + 100;
    byte[] payload = new byte[PackedLayout.PREFIX_BYTES + 5 + PackedLayout.PREFIX_BYTES + 100];
    MemorySegment.ofArray(payload).set(MessageLayout.U32, 0, 5);
    MemorySegment.ofArray(payload).set(MessageLayout.U32, PackedLayout.PREFIX_BYTES + 5, 100);
    return Frames.message(header, payload);
  }

  @Test
  void knowsEveryMessageThatPasses() throws IOException {
    byte[] none = new byte[0];
    byte[] some = Frames.random(random, 1000);
    byte[] hello = Frames.random(random, MessageLayout.HELLO_BYTES);
    byte[][] requests = {
      Frames.request(MessageLayout.HELLO, 1, hello),
      Frames.request(MessageLayout.WRITE, 2, some),
      inPieces(MessageLayout.WRITE_COMPRESSED, false),
      ping(4),
      Frames.message(askingFor(1000), none),
      Frames.request(MessageLayout.BYE, 6, none)
    };
    byte[][] answers = {
      Frames.answer(MessageLayout.HELLO, 1, hello),
      Frames.answer(MessageLayout.WRITE, 2, none),
      inPieces(MessageLayout.READ_COMPRESSED, true),
      Frames.message(
          new MessageHeader().ask(MessageLayout.READ, 3).answer(MessageLayout.BAD_RANGE), none),
      Frames.answer(MessageLayout.READ, 5, some)
    };
    passes(pager, exporter, Frames.join(requests));
    passes(exporter, pager, Frames.join(answers));
    assertThat(proxy.passed()).isEqualTo(requests.length + answers.length);
    assertThat(proxy.injected()).isZero();
  }

  private static MessageHeader askingFor(int bytes) {
    MessageHeader header = new MessageHeader().ask(MessageLayout.READ, 5);
    header.length = bytes;
    return header;
  }

  @Test
  void treatsOneDirectionOnly() throws IOException {
    proxy.inject(Kind.BLACK_HOLE, 1, Direction.ANSWERS);
    passes(pager, exporter, ping(1));
    exporter.getOutputStream().write(read(1));
    assertThat(isSilent(pager)).isTrue();
    assertThat(proxy.injected()).isOne();
  }

  @Test
  void deliversWhatItHeldBackWhenTheWayIsHealed() throws IOException {
    proxy.inject(Kind.TIMEOUT, 1, Direction.values());
    byte[] bytes = Frames.join(ping(1), ping(2));
    pager.getOutputStream().write(bytes);
    pager.shutdownOutput();
    assertThat(isSilent(exporter)).isTrue();
    proxy.heal();
    assertThat(exporter.getInputStream().readAllBytes()).isEqualTo(bytes);
    passes(exporter, pager, read(1));
  }

  @Test
  void handsTheEndOfOneSideOnToTheOther() throws IOException {
    passes(pager, exporter, ping(1));
    pager.shutdownOutput();
    assertThat(exporter.getInputStream().read()).isNegative();
    passes(exporter, pager, read(1));
    exporter.close();
    assertThat(pager.getInputStream().read()).isNegative();
  }

  @Test
  void resetsBothSides() throws IOException {
    proxy.inject(Kind.RESET_PEER, 1, Direction.REQUESTS);
    pager.getOutputStream().write(ping(1));
    assertThat(isReset(pager)).isTrue();
    assertThat(isReset(exporter)).isTrue();
    proxy.heal();
    reconnect();
    passes(pager, exporter, ping(2));
  }

  @Test
  void cutsConnectionsWhenToldTo() throws IOException {
    passes(pager, exporter, ping(1));
    proxy.cut();
    assertThat(isReset(pager)).isTrue();
    assertThat(isReset(exporter)).isTrue();
    reconnect();
    passes(pager, exporter, ping(2));
  }

  @Test
  void breaksAConnectionWhoseMessagesItDoesNotKnow() throws IOException {
    pager.getOutputStream().write(new byte[200]);
    assertThat(isReset(pager)).isTrue();
    assertThat(isReset(exporter)).isTrue();
  }

  @Test
  void resetsAPagerWhoseExporterIsAway() throws IOException {
    server.close();
    try (Socket other = new Socket(proxy.address().getAddress(), proxy.port())) {
      other.setSoTimeout(PATIENCE_MILLIS);
      assertThat(isReset(other)).isTrue();
    }
    passes(pager, exporter, ping(1));
  }

  @Test
  void doesTheSameAgainWithTheSameSeed() throws IOException {
    byte[] first = damaged();
    close();
    connect();
    assertThat(damaged()).isEqualTo(first);
  }

  private byte[] damaged() throws IOException {
    proxy.inject(Kind.FLIP_PAYLOAD, 0.5, Direction.ANSWERS);
    byte[] sent = new byte[0];
    SplittableRandom same = new SplittableRandom(SEED);
    for (int i = 0; i < 20; i++) {
      byte[] answer = Frames.answer(MessageLayout.READ, i, Frames.random(same, 100));
      exporter.getOutputStream().write(answer);
      sent = Frames.join(sent, answer);
    }
    byte[] received = pager.getInputStream().readNBytes(sent.length);
    assertThat(received).isNotEqualTo(sent);
    return received;
  }

  @Test
  void leavesNoThreadBehind() throws IOException {
    for (int i = 0; i < 20; i++) {
      passes(pager, exporter, ping(i));
      pager.close();
      exporter.close();
      reconnect();
    }
    close();
    await().until(() -> lanes() == 0);
  }

  private static long lanes() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("fault-proxy"))
        .count();
  }

  @Test
  void everyKindEndsWithItsConnections() throws IOException {
    for (Kind kind : Kind.values()) {
      proxy.inject(kind, 0.5, Direction.values());
      for (int i = 0; i < 3; i++) {
        pager.getOutputStream().write(Arrays.copyOf(ping(i), 64));
        pager.close();
        exporter.close();
        reconnect();
      }
    }
    close();
    await().until(() -> lanes() == 0);
  }
}
