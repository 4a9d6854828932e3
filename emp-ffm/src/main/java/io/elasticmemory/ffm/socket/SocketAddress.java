package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_INET;
import static io.elasticmemory.ffm.libc.LinuxConstants.AF_INET6;
import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.elasticmemory.ffm.libc.Structs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An address in the form the kernel takes.
 *
 * @param family one of {@code AF_UNIX}, {@code AF_INET}, {@code AF_INET6}
 * @param bytes the structure
 */
record SocketAddress(int family, MemorySegment bytes) {
  /** Longest path of a Unix socket, without its final zero. */
  static final int PATH_BYTES_MAX = 107;

  /**
   * Begins a name that is no file, as people write it; the kernel's form begins with a zero and
   * ends with the address, not with another one.
   */
  static final String ABSTRACT = "@";

  private static final java.lang.foreign.ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final long PATH = Structs.offset(Structs.SOCKADDR_UN, "sun_path");
  private static final long PORT = Structs.offset(Structs.SOCKADDR_IN, "sin_port");
  private static final long ADDRESS = Structs.offset(Structs.SOCKADDR_IN, "sin_addr");
  private static final long ADDRESS6 = Structs.offset(Structs.SOCKADDR_IN6, "sin6_addr");
  private static final long SCOPE6 = Structs.offset(Structs.SOCKADDR_IN6, "sin6_scope_id");

  /** The address of a Unix socket: a file, or a name that is none and begins with {@code @}. */
  static SocketAddress of(SegmentAllocator arena, Path path) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > PATH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "socket path of " + name.length + " bytes exceeds " + PATH_BYTES_MAX + ": " + path);
    }
    MemorySegment address = arena.allocate(Structs.SOCKADDR_UN);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, PATH, name.length);
    if (!path.toString().startsWith(ABSTRACT)) {
      return new SocketAddress(AF_UNIX, address);
    }
    address.set(JAVA_BYTE, PATH, (byte) 0);
    return new SocketAddress(AF_UNIX, address.asSlice(0, PATH + name.length));
  }

  /**
   * The address of a host, looked up if it is a name.
   *
   * @throws UnknownHostException if the name means nothing
   */
  static SocketAddress of(SegmentAllocator arena, InetSocketAddress host)
      throws UnknownHostException {
    InetAddress resolved =
        host.isUnresolved() ? InetAddress.getByName(host.getHostString()) : host.getAddress();
    return resolved instanceof Inet6Address v6
        ? of(arena, v6, host.getPort())
        : of(arena, resolved, host.getPort());
  }

  private static SocketAddress of(SegmentAllocator arena, InetAddress v4, int port) {
    MemorySegment address = arena.allocate(Structs.SOCKADDR_IN);
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    address.set(NETWORK_SHORT, PORT, (short) port);
    MemorySegment.copy(v4.getAddress(), 0, address, JAVA_BYTE, ADDRESS, 4);
    return new SocketAddress(AF_INET, address);
  }

  private static SocketAddress of(SegmentAllocator arena, Inet6Address v6, int port) {
    MemorySegment address = arena.allocate(Structs.SOCKADDR_IN6);
    address.set(JAVA_SHORT, 0, (short) AF_INET6);
    address.set(NETWORK_SHORT, PORT, (short) port);
    MemorySegment.copy(v6.getAddress(), 0, address, JAVA_BYTE, ADDRESS6, 16);
    address.set(JAVA_INT, SCOPE6, v6.getScopeId());
    return new SocketAddress(AF_INET6, address);
  }

  int length() {
    return (int) bytes.byteSize();
  }
}
