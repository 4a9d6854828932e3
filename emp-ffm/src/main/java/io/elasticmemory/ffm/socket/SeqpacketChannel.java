package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_CMSG_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_CTRUNC;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_DONTWAIT;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_NOSIGNAL;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_PEEK;
import static io.elasticmemory.ffm.libc.LinuxConstants.MSG_TRUNC;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLOUT;
import static io.elasticmemory.ffm.libc.LinuxConstants.SCM_RIGHTS;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_NONBLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_SEQPACKET;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A connected Unix socket of kind SOCK_SEQPACKET, which keeps messages whole and in order and
 * carries descriptors with them. One thread may send while another receives.
 */
final class SeqpacketChannel implements ControlChannel {
  static final int TYPE = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

  private static final long CONTROL_HEADER_BYTES = Structs.CMSGHDR.byteSize();
  private static final long CONTROL_BYTES_MAX =
      CONTROL_HEADER_BYTES + align((long) HANDLES_MAX * Integer.BYTES);

  private static final long HEADER_VECTORS = Structs.offset(Structs.MSGHDR, "msg_iov");
  private static final long HEADER_VECTOR_COUNT = Structs.offset(Structs.MSGHDR, "msg_iovlen");
  private static final long HEADER_CONTROL = Structs.offset(Structs.MSGHDR, "msg_control");
  private static final long HEADER_CONTROL_BYTES = Structs.offset(Structs.MSGHDR, "msg_controllen");
  private static final long HEADER_FLAGS = Structs.offset(Structs.MSGHDR, "msg_flags");
  private static final long CONTROL_LEVEL = Structs.offset(Structs.CMSGHDR, "cmsg_level");
  private static final long CONTROL_TYPE = Structs.offset(Structs.CMSGHDR, "cmsg_type");

  private final Descriptor socket;
  private final long peerPid;

  /** Takes over a connected socket. */
  SeqpacketChannel(Descriptor socket, long peerPid) {
    this.socket = socket;
    this.peerPid = peerPid;
  }

  /** The structures of one message, and the message itself. */
  private record Message(MemorySegment header, MemorySegment bytes, MemorySegment control) {
    static Message allocate(Arena arena, long bytes, long controlBytes) {
      MemorySegment header = arena.allocate(Structs.MSGHDR);
      MemorySegment vector = arena.allocate(Structs.IOVEC);
      MemorySegment content = arena.allocate(bytes, Long.BYTES);
      vector.set(JAVA_LONG, 0, content.address());
      vector.set(JAVA_LONG, Long.BYTES, bytes);
      header.set(JAVA_LONG, HEADER_VECTORS, vector.address());
      header.set(JAVA_LONG, HEADER_VECTOR_COUNT, 1);
      MemorySegment control = arena.allocate(Math.max(controlBytes, 1), Long.BYTES);
      header.set(JAVA_LONG, HEADER_CONTROL, controlBytes == 0 ? 0 : control.address());
      header.set(JAVA_LONG, HEADER_CONTROL_BYTES, controlBytes);
      return new Message(header, content, control);
    }

    int flags() {
      return header.get(JAVA_INT, HEADER_FLAGS);
    }
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public long peerPid() {
    return peerPid;
  }

  @Override
  public boolean send(MemorySegment message, List<? extends Handle> handles, long timeoutMillis)
      throws IOException {
    checkSizes(message, handles);
    try (Arena arena = Arena.ofConfined()) {
      int count = handles.size();
      long controlBytes = count == 0 ? 0 : CONTROL_HEADER_BYTES + align((long) count * 4);
      Message out = Message.allocate(arena, message.byteSize(), controlBytes);
      MemorySegment.copy(message, 0, out.bytes, 0, message.byteSize());
      if (count > 0) {
        putHandles(out.control, handles);
      }
      return send(out, timeoutMillis);
    }
  }

  private static void checkSizes(MemorySegment message, List<? extends Handle> handles) {
    // An empty message could not be told from the end of the connection.
    if (message.byteSize() == 0 || message.byteSize() > MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "message of " + message.byteSize() + " bytes is not within 1 to " + MESSAGE_BYTES_MAX);
    }
    if (handles.size() > HANDLES_MAX) {
      throw new IllegalArgumentException(
          handles.size() + " handles in a message exceed " + HANDLES_MAX);
    }
  }

  private static void putHandles(MemorySegment control, List<? extends Handle> handles) {
    control.set(JAVA_LONG, 0, CONTROL_HEADER_BYTES + (long) handles.size() * Integer.BYTES);
    control.set(JAVA_INT, CONTROL_LEVEL, SOL_SOCKET);
    control.set(JAVA_INT, CONTROL_TYPE, SCM_RIGHTS);
    long at = CONTROL_HEADER_BYTES;
    for (Handle handle : handles) {
      control.set(JAVA_INT, at, handle.descriptor());
      at += Integer.BYTES;
    }
  }

  private boolean send(Message message, long timeoutMillis) throws IOException {
    int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    while (true) {
      long sent = SocketCalls.sendmsg(socket.descriptor(), message.header.address(), flags);
      if (sent >= 0) {
        return true;
      }
      if (sent != -Errno.EAGAIN && sent != -Errno.EINTR) {
        throw failure("sending", (int) -sent);
      }
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0 || Waiting.await(socket, POLLOUT, leftMillis) == 0) {
        return false;
      }
    }
  }

  @Override
  public int receive(MemorySegment into, List<Handle> handles, long timeoutMillis)
      throws IOException {
    return receive(into, handles, timeoutMillis, 0);
  }

  @Override
  public int peek(MemorySegment into, List<Handle> handles, long timeoutMillis) throws IOException {
    return receive(into, handles, timeoutMillis, MSG_PEEK);
  }

  private int receive(MemorySegment into, List<Handle> handles, long timeoutMillis, int how)
      throws IOException {
    if (timeoutMillis > 0 && Waiting.await(socket, POLLIN, timeoutMillis) == 0) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      Message in = Message.allocate(arena, into.byteSize(), CONTROL_BYTES_MAX);
      long received = receive(in, how);
      if (received == -Errno.EAGAIN) {
        return 0;
      }
      if (received == -Errno.ECONNRESET) {
        // A peer that closed with our messages unread is told of once, before what it has sent.
        received = receive(in, how);
      }
      if (received == 0) {
        return -1;
      }
      if (received < 0) {
        throw failure("receiving", (int) -received);
      }
      takeHandles(in, handles);
      MemorySegment.copy(in.bytes, 0, into, 0, received);
      return (int) received;
    }
  }

  private long receive(Message message, int how) {
    int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC | how;
    long received;
    do {
      received = SocketCalls.recvmsg(socket.descriptor(), message.header.address(), flags);
    } while (received == -Errno.EINTR);
    return received;
  }

  /** All or nothing: descriptors of a message that is not whole are closed again. */
  private static void takeHandles(Message message, List<Handle> handles) throws IOException {
    List<Descriptor> taken = descriptors(message);
    if ((message.flags() & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
      taken.forEach(Descriptor::close);
      throw new IOException(
          (message.flags() & MSG_CTRUNC) != 0
              ? "descriptors were lost on the way; raise ulimit -n"
              : "a message is longer than " + message.bytes.byteSize() + " bytes");
    }
    handles.addAll(taken);
  }

  private static List<Descriptor> descriptors(Message message) {
    List<Descriptor> descriptors = new ArrayList<>();
    long end = message.header.get(JAVA_LONG, HEADER_CONTROL_BYTES);
    for (long at = 0; at + CONTROL_HEADER_BYTES <= end; ) {
      long length = message.control.get(JAVA_LONG, at);
      if (message.control.get(JAVA_INT, at + CONTROL_LEVEL) == SOL_SOCKET
          && message.control.get(JAVA_INT, at + CONTROL_TYPE) == SCM_RIGHTS) {
        for (long fd = at + CONTROL_HEADER_BYTES; fd < at + length; fd += Integer.BYTES) {
          descriptors.add(new Descriptor(message.control.get(JAVA_INT, fd), "received descriptor"));
        }
      }
      at += align(length);
    }
    return descriptors;
  }

  private static long align(long bytes) {
    return (bytes + Long.BYTES - 1) & -Long.BYTES;
  }

  private IOException failure(String doing, int errno) {
    return new IOException(doing + " on " + socket.name() + ": " + Errno.describe(errno));
  }

  @Override
  public void close() {
    socket.close();
  }
}
