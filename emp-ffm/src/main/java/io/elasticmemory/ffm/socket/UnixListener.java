package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_NONBLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_SEQPACKET;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Unix socket with a name that nobody else uses, in a directory of its own that only this user
 * may enter. Name and directory go when it closes.
 */
final class UnixListener implements Sockets.Listener {
  static final int TYPE = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

  private static final int BACKLOG = 16;
  private static final int OWNER_ONLY = 0600;
  private static final String SOCKET_NAME = "pager";

  private final Descriptor socket;
  private final Path directory;
  private final Path path;

  private UnixListener(Descriptor socket, Path directory) {
    this.socket = socket;
    this.directory = directory;
    path = directory.resolve(SOCKET_NAME);
  }

  static UnixListener open() {
    Path directory = createDirectory();
    long created = SocketCalls.socket(AF_UNIX, TYPE, 0);
    if (created < 0) {
      delete(directory);
      throw Failures.platform("socket(AF_UNIX)", created, "raise ulimit -n");
    }
    UnixListener listener = new UnixListener(new Descriptor((int) created, "listener"), directory);
    try {
      listener.bind();
      return listener;
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  /** Made with rights for its owner only; in /tmp if the usual place has too long a name. */
  private static Path createDirectory() {
    try {
      Path usual = Files.createTempDirectory("emp-");
      if (usual.resolve(SOCKET_NAME).toString().getBytes(StandardCharsets.UTF_8).length
          <= SocketAddress.PATH_BYTES_MAX) {
        return usual;
      }
      Files.delete(usual);
      return Files.createTempDirectory(Path.of("/tmp"), "emp-");
    } catch (IOException e) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "cannot make a directory for the pager's socket: "
              + e
              + "; set -Djava.io.tmpdir to a writable directory",
          e);
    }
  }

  private void bind() {
    try (Arena arena = Arena.ofConfined()) {
      SocketAddress address = SocketAddress.of(arena, path);
      int fd = socket.descriptor();
      require(SocketCalls.bind(fd, address.bytes().address(), address.length()), "bind");
      require(FileCalls.chmod(path.toString(), OWNER_ONLY), "chmod");
      require(SocketCalls.listen(fd, BACKLOG), "listen");
    }
  }

  private void require(long result, String call) {
    Failures.require(
        result,
        call + "(" + path + ")",
        "set -Djava.io.tmpdir to a writable directory on a local file system");
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
    if (!socket.isClosed()) {
      socket.close();
      delete(path);
      delete(directory);
    }
  }

  /** What cannot be deleted is of no use to anybody: an empty directory or a dead socket. */
  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }
}
