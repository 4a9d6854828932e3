package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.SOL_SOCKET;
import static io.elasticmemory.ffm.libc.LinuxConstants.SO_PEERCRED;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Who is at the other end of a Unix socket, told by the kernel.
 *
 * @param pid process that connected or listened
 * @param uid its user
 */
record Credentials(long pid, int uid) {
  private static final long UID = Structs.offset(Structs.UCRED, "uid");

  static Credentials ofPeer(Descriptor socket) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment credentials = arena.allocate(Structs.UCRED);
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) Structs.UCRED.byteSize());
      long result =
          SocketCalls.getsockopt(
              socket.descriptor(),
              SOL_SOCKET,
              SO_PEERCRED,
              credentials.address(),
              length.address());
      SystemCallException.check(result, "getsockopt", "SO_PEERCRED");
      return new Credentials(credentials.get(JAVA_INT, 0), credentials.get(JAVA_INT, UID));
    }
  }
}
