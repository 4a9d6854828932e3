package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

/** Sockets. Results are what C returns, or {@code -errno}. */
public final class SocketCalls {
  private static final NativeFunction SOCKET = returningInt("socket");
  private static final NativeFunction SOCKETPAIR = returningInt("socketpair");
  private static final NativeFunction CONNECT = returningInt("connect");
  private static final NativeFunction GETSOCKOPT = returningInt("getsockopt");
  private static final NativeFunction SETSOCKOPT = returningInt("setsockopt");
  private static final NativeFunction SEND = returningLong("send");
  private static final NativeFunction RECV = returningLong("recv");
  private static final NativeFunction SENDMSG = returningLong("sendmsg");
  private static final NativeFunction RECVMSG = returningLong("recvmsg");

  private SocketCalls() {}

  public static long socket(int family, int type, int protocol) {
    return SOCKET.call(family, type, protocol);
  }

  /** Puts two descriptors, 4 bytes each, at the address. */
  public static long socketpair(int family, int type, int protocol, long pairAddress) {
    return SOCKETPAIR.call(family, type, protocol, pairAddress);
  }

  public static long connect(int socket, long addressAddress, int addressBytes) {
    return CONNECT.call(socket, addressAddress, addressBytes);
  }

  public static long getsockopt(
      int socket, int level, int option, long valueAddress, long lengthAddress) {
    return GETSOCKOPT.call(socket, level, option, valueAddress, lengthAddress);
  }

  public static long setsockopt(
      int socket, int level, int option, long valueAddress, int valueBytes) {
    return SETSOCKOPT.call(socket, level, option, valueAddress, valueBytes);
  }

  public static long send(int socket, long address, long bytes, int flags) {
    return SEND.call(socket, address, bytes, flags);
  }

  public static long recv(int socket, long address, long bytes, int flags) {
    return RECV.call(socket, address, bytes, flags);
  }

  /** {@code sendmsg} with a {@link Structs#MSGHDR} at the address. */
  public static long sendmsg(int socket, long msghdrAddress, int flags) {
    return SENDMSG.call(socket, msghdrAddress, flags);
  }

  /** {@code recvmsg} with a {@link Structs#MSGHDR} at the address. */
  public static long recvmsg(int socket, long msghdrAddress, int flags) {
    return RECVMSG.call(socket, msghdrAddress, flags);
  }
}
