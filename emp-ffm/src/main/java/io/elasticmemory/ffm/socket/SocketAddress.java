package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_INET;
import static io.elasticmemory.ffm.libc.LinuxConstants.AF_INET6;
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
import org.jspecify.annotations.Nullable;

/**
 * An address in the form the kernel takes.
 *
 * @param family {@code AF_INET} or {@code AF_INET6}
 * @param bytes the structure
 */
public record SocketAddress(int family, MemorySegment bytes) {
  private static final java.lang.foreign.ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int BYTES4 = 4;
  private static final int BYTES6 = 16;
  private static final long PORT = Structs.offset(Structs.SOCKADDR_IN, "sin_port");
  private static final long ADDRESS = Structs.offset(Structs.SOCKADDR_IN, "sin_addr");
  private static final long ADDRESS6 = Structs.offset(Structs.SOCKADDR_IN6, "sin6_addr");
  private static final long SCOPE6 = Structs.offset(Structs.SOCKADDR_IN6, "sin6_scope_id");

  /**
   * The address of a host, looked up if it is a name.
   *
   * @throws UnknownHostException if the name means nothing
   */
  public static SocketAddress of(SegmentAllocator arena, InetSocketAddress host)
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

  /** The address that a structure holds; null if it is of another family, or of none. */
  public static @Nullable InetSocketAddress read(MemorySegment structure) {
    int family = structure.get(JAVA_SHORT, 0);
    long at = family == AF_INET ? ADDRESS : ADDRESS6;
    int bytes = family == AF_INET ? BYTES4 : BYTES6;
    if (family != AF_INET && family != AF_INET6) {
      return null;
    }
    try {
      InetAddress address =
          InetAddress.getByAddress(structure.asSlice(at, bytes).toArray(JAVA_BYTE));
      return new InetSocketAddress(
          address, Short.toUnsignedInt(structure.get(NETWORK_SHORT, PORT)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  int length() {
    return (int) bytes.byteSize();
  }
}
