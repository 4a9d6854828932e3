package io.elasticmemory.ffm.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TcpStreamTest {
  private static final long SECOND = 1_000_000_000;

  private final LinuxSockets sockets = new LinuxSockets();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
  void movesBytesBothWays(String host) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(host));
        Stream stream = connected(new InetSocketAddress(host, server.getLocalPort()));
        Socket peer = server.accept()) {
      buffer.asSlice(100, 5).copyFrom(MemorySegment.ofArray("hello".getBytes(UTF_8)));
      assertThat(stream.send(buffer, 100, 5)).isEqualTo(5);
      assertThat(peer.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
      assertThat(stream.receive(buffer, 0, 10)).isZero();
      peer.getOutputStream().write("world".getBytes(UTF_8));
      assertThat(receiveAll(stream, 200, 5)).isEqualTo(5);
      assertThat(buffer.getString(200)).isEqualTo("world");
    }
  }

  @Test
  void looksUpNamesThatAreNotResolvedYet() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Stream stream =
            connected(InetSocketAddress.createUnresolved("127.0.0.1", server.getLocalPort()))) {
      assertThat(stream.finishConnect()).isTrue();
    }
    assertThatThrownBy(
            () -> sockets.connect(InetSocketAddress.createUnresolved("no-such.invalid", 1)))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", port);
    assertThatThrownBy(() -> connected(nobody))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("ECONNREFUSED");
  }

  @Test
  void sendsAsMuchAsFitsAndNeverBlocks() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress());
        Socket peer = server.accept()) {
      long sent = 0;
      for (long taken = 1; taken > 0; sent += taken) {
        taken = stream.send(buffer, 0, buffer.byteSize());
      }
      assertThat(sent).isPositive();
      assertThat(peer.getInputStream().readNBytes((int) sent)).hasSize((int) sent);
      assertThat(stream.send(buffer, 0, 1)).isEqualTo(1);
    }
  }

  @Test
  void seesTheEndOfTheStream() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress())) {
      server.accept().close();
      awaitReadable(stream);
      assertThat(stream.receive(buffer, 0, 10)).isEqualTo(-1);
    }
  }

  @Test
  void aResetConnectionIsAFailure() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress())) {
      Socket peer = server.accept();
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
      peer.close();
      awaitReadable(stream);
      assertThatThrownBy(() -> stream.receive(buffer, 0, 10))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ECONNRESET");
      assertThatThrownBy(() -> stream.send(buffer, 0, 10))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("EPIPE");
    }
  }

  @Test
  void transfersOfNothingAreNothing() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress())) {
      assertThat(stream.send(buffer, 0, 0)).isZero();
      assertThat(stream.receive(buffer, 0, 0)).isZero();
    }
  }

  @Test
  void refusesPartsThatAreNotInTheSegment() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress())) {
      assertThatThrownBy(() -> stream.send(buffer, buffer.byteSize(), 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> stream.receive(MemorySegment.ofArray(new byte[8]), 0, 8))
          .isInstanceOf(IllegalArgumentException.class);
      Arena closed = Arena.ofConfined();
      MemorySegment gone = closed.allocate(JAVA_BYTE);
      closed.close();
      assertThatThrownBy(() -> stream.send(gone, 0, 1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void cannotBeUsedOnceClosed() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Stream stream = connected((InetSocketAddress) server.getLocalSocketAddress());
      stream.close();
      stream.close();
      assertThatThrownBy(() -> stream.send(buffer, 0, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }

  private Stream connected(InetSocketAddress address) throws IOException {
    Stream stream = sockets.connect(address);
    try (Poller poller = sockets.openPoller()) {
      poller.watch(stream, Poller.WRITE, _ -> {});
      while (!stream.finishConnect()) {
        poller.await(SECOND);
      }
      return stream;
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }

  private long receiveAll(Stream stream, long offset, long bytes) throws IOException {
    long received = 0;
    while (received < bytes) {
      awaitReadable(stream);
      received += stream.receive(buffer, offset + received, bytes - received);
    }
    return received;
  }

  private void awaitReadable(Stream stream) {
    try (Poller poller = sockets.openPoller()) {
      poller.watch(stream, Poller.READ, _ -> {});
      assertThat(poller.await(5 * SECOND)).isEqualTo(1);
    }
  }
}
