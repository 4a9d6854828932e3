package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;

import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Pollers, Unix sockets and TCP streams. */
public final class LinuxSockets implements Sockets {
  /** A listener whose queue is full is asked again so often. */
  private static final long RETRY_MILLIS = 10;

  @Override
  public Poller openPoller() {
    return new EpollPoller();
  }

  @Override
  public Listener listen() {
    return UnixListener.open();
  }

  @Override
  public ControlChannel connect(Path path, long timeoutMillis) throws IOException {
    long created = SocketCalls.socket(AF_UNIX, UnixListener.TYPE, 0);
    if (created < 0) {
      throw failure(path, (int) -created);
    }
    Descriptor socket = new Descriptor((int) created, path.toString());
    try {
      connect(socket, path, timeoutMillis);
      Credentials peer = Credentials.ofPeer(socket);
      if (peer.uid() != ProcessCalls.geteuid()) {
        throw new IOException(path + " belongs to user " + peer.uid() + ", which is not ours");
      }
      return new SeqpacketChannel(socket, peer.pid());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** A Unix socket connects at once or not at all, unless the listener's queue is full. */
  private static void connect(Descriptor socket, Path path, long timeoutMillis) throws IOException {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    try (Arena arena = Arena.ofConfined()) {
      SocketAddress address = SocketAddress.of(arena, path);
      while (true) {
        long result =
            SocketCalls.connect(socket.descriptor(), address.bytes().address(), address.length());
        if (result >= 0) {
          return;
        }
        boolean again = result == -Errno.EAGAIN || result == -Errno.EINTR;
        if (!again || System.nanoTime() - deadline >= 0) {
          throw failure(path, (int) -result);
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    return TcpStream.connect(address);
  }

  private static IOException failure(Path path, int errno) {
    return new IOException("connecting to " + path + ": " + Errno.describe(errno));
  }
}
