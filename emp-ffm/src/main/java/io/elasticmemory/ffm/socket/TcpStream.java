package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.IPPROTO_TCP;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_DONTWAIT;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_MORE;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_NOSIGNAL;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLOUT;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_NONBLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_STREAM;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOL_SOCKET;
import static io.elasticmemory.ffm.libc.LinuxConstants.SO_ERROR;
import static io.elasticmemory.ffm.libc.LinuxConstants.SO_KEEPALIVE;
import static io.elasticmemory.ffm.libc.LinuxConstants.TCP_KEEPCNT;
import static io.elasticmemory.ffm.libc.LinuxConstants.TCP_KEEPIDLE;
import static io.elasticmemory.ffm.libc.LinuxConstants.TCP_KEEPINTVL;
import static io.elasticmemory.ffm.libc.LinuxConstants.TCP_NODELAY;
import static io.elasticmemory.ffm.libc.LinuxConstants.TCP_USER_TIMEOUT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Addresses;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;

/** A TCP connection that never blocks. */
final class TcpStream implements Stream {
  /** A silent peer is probed after this time, so often, so far apart: gone after four seconds. */
  private static final int PROBE_AFTER_SECONDS = 1;

  private static final int PROBE_INTERVAL_SECONDS = 1;
  private static final int PROBES_MAX = 3;

  /** Bytes that nobody acknowledges, or that nobody reads, for so long end the connection. */
  private static final int UNACKNOWLEDGED_MILLIS_MAX = 5000;

  private static final long PIECE_ADDRESS = Structs.offset(Structs.IOVEC, "iov_base");
  private static final long PIECE_BYTES = Structs.offset(Structs.IOVEC, "iov_len");

  private final Descriptor socket;
  private final MemorySegment pieces = Arena.ofAuto().allocate(Structs.IOVEC, 2);
  private boolean connected;

  private TcpStream(Descriptor socket) {
    this.socket = socket;
  }

  static TcpStream connect(InetSocketAddress peer) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SocketAddress address = SocketAddress.of(arena, peer);
      int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
      long created = SocketCalls.socket(address.family(), type, IPPROTO_TCP);
      String name = peer.getHostString() + ":" + peer.getPort();
      if (created < 0) {
        throw failure("connecting to", name, (int) -created);
      }
      TcpStream stream = new TcpStream(new Descriptor((int) created, name));
      stream.configureAndConnect(arena, address);
      return stream;
    }
  }

  private void configureAndConnect(Arena arena, SocketAddress address) throws IOException {
    try {
      option(arena, IPPROTO_TCP, TCP_NODELAY, 1);
      option(arena, SOL_SOCKET, SO_KEEPALIVE, 1);
      option(arena, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_SECONDS);
      option(arena, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_INTERVAL_SECONDS);
      option(arena, IPPROTO_TCP, TCP_KEEPCNT, PROBES_MAX);
      option(arena, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS_MAX);
      long result =
          SocketCalls.connect(socket.descriptor(), address.bytes().address(), address.length());
      if (result < 0 && result != -Errno.EINPROGRESS && result != -Errno.EINTR) {
        throw failure("connecting to", (int) -result);
      }
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void option(Arena arena, int level, int option, int value) throws IOException {
    MemorySegment segment = arena.allocateFrom(JAVA_INT, value);
    long result =
        SocketCalls.setsockopt(
            socket.descriptor(), level, option, segment.address(), Integer.BYTES);
    if (result < 0) {
      throw failure("setting option " + option + " for", (int) -result);
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    if (!connected && Waiting.await(socket, POLLOUT, 0) != 0) {
      checkConnected();
      connected = true;
    }
    return connected;
  }

  private void checkConnected() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(JAVA_INT);
      MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
      long result =
          SocketCalls.getsockopt(
              socket.descriptor(), SOL_SOCKET, SO_ERROR, error.address(), length.address());
      int errno = result < 0 ? (int) -result : error.get(JAVA_INT, 0);
      if (errno != 0) {
        throw failure("connecting to", errno);
      }
    }
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public long send(MemorySegment from, long offset, long bytes) throws IOException {
    return send(from, offset, bytes, false);
  }

  @Override
  public long send(MemorySegment from, long offset, long bytes, boolean more) throws IOException {
    long address = Addresses.of(from, offset, bytes);
    int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0);
    long sent = SocketCalls.send(socket.descriptor(), address, bytes, flags);
    Reference.reachabilityFence(from);
    if (sent >= 0) {
      return sent;
    }
    return noneOrFailure("sending to", (int) -sent);
  }

  @Override
  public long receive(MemorySegment into, long offset, long bytes) throws IOException {
    long address = Addresses.of(into, offset, bytes);
    if (bytes == 0) {
      return 0;
    }
    long received = SocketCalls.recv(socket.descriptor(), address, bytes, MSG_DONTWAIT);
    Reference.reachabilityFence(into);
    if (received > 0) {
      return received;
    }
    return received == 0 ? -1 : noneOrFailure("receiving from", (int) -received);
  }

  @Override
  public long receive(
      MemorySegment into,
      long offset,
      long bytes,
      MemorySegment thenInto,
      long thenOffset,
      long thenBytes)
      throws IOException {
    put(0, Addresses.of(into, offset, bytes), bytes);
    put(1, Addresses.of(thenInto, thenOffset, thenBytes), thenBytes);
    if (bytes + thenBytes == 0) {
      return 0;
    }
    long received = FileCalls.readv(socket.descriptor(), pieces.address(), 2);
    Reference.reachabilityFence(into);
    Reference.reachabilityFence(thenInto);
    Reference.reachabilityFence(pieces);
    if (received > 0) {
      return received;
    }
    return received == 0 ? -1 : noneOrFailure("receiving from", (int) -received);
  }

  private void put(int index, long address, long bytes) {
    long at = index * Structs.IOVEC.byteSize();
    pieces.set(JAVA_LONG, at + PIECE_ADDRESS, address);
    pieces.set(JAVA_LONG, at + PIECE_BYTES, bytes);
  }

  private long noneOrFailure(String doing, int errno) throws IOException {
    if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
      return 0;
    }
    throw failure(doing, errno);
  }

  private IOException failure(String doing, int errno) {
    return failure(doing, socket.name(), errno);
  }

  private static IOException failure(String doing, String name, int errno) {
    return new IOException(doing + " " + name + ": " + Errno.describe(errno));
  }

  @Override
  public void close() {
    socket.close();
  }
}
