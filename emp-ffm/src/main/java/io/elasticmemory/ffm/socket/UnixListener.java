package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_NONBLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_SEQPACKET;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Randomness;
import io.elasticmemory.port.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * A Unix socket with a name that nobody else uses. The name is no file (an abstract one), so
 * nothing is left of it however this process ends. Anybody here can connect to it: who did is told
 * by the kernel, and strangers are sent away.
 */
final class UnixListener implements Sockets.Listener {
  static final int TYPE = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

  private static final int BACKLOG = 16;

  private final Descriptor socket;
  private final Path path =
      Path.of(
          SocketAddress.ABSTRACT
              + "emp-%016x%016x".formatted(Randomness.next(), Randomness.next()));

  private UnixListener(Descriptor socket) {
    this.socket = socket;
  }

  static UnixListener open() {
    long created = SocketCalls.socket(AF_UNIX, TYPE, 0);
    if (created < 0) {
      throw Failures.platform("socket(AF_UNIX)", created, "raise ulimit -n");
    }
    UnixListener listener = new UnixListener(new Descriptor((int) created, "listener"));
    try {
      listener.bind();
      return listener;
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private void bind() {
    try (Arena arena = Arena.ofConfined()) {
      SocketAddress address = SocketAddress.of(arena, path);
      int fd = socket.descriptor();
      require(SocketCalls.bind(fd, address.bytes().address(), address.length()), "bind");
      require(SocketCalls.listen(fd, BACKLOG), "listen");
    }
  }

  private void require(long result, String call) {
    Failures.require(
        result, call + "(" + path + ")", "allow this process Unix sockets (seccomp, LSM)");
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public ControlChannel accept(long pid, long timeoutMillis) throws IOException {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    long leftMillis = timeoutMillis;
    while (leftMillis > 0 && Waiting.await(socket, POLLIN, leftMillis) != 0) {
      long accepted = SocketCalls.accept(socket.descriptor(), TYPE & ~SOCK_SEQPACKET);
      if (accepted >= 0) {
        Descriptor connection = new Descriptor((int) accepted, "connection to process " + pid);
        Credentials peer = Credentials.ofPeer(connection);
        if (peer.pid() == pid && peer.uid() == ProcessCalls.geteuid()) {
          return new SeqpacketChannel(connection, peer.pid());
        }
        connection.close();
      } else {
        checkNobodyThere((int) -accepted);
      }
      leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    }
    throw new IOException("process " + pid + " did not connect within " + timeoutMillis + " ms");
  }

  private void checkNobodyThere(int errno) throws IOException {
    if (errno != Errno.EAGAIN && errno != Errno.EINTR && errno != Errno.ECONNABORTED) {
      throw new IOException("accept(" + path + "): " + Errno.describe(errno));
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
