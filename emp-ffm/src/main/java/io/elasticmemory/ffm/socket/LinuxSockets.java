package io.elasticmemory.ffm.socket;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Pollers, Unix sockets and TCP streams. */
public final class LinuxSockets implements Sockets {
  @Override
  public Poller openPoller() {
    return new EpollPoller();
  }

  @Override
  public Pair pair() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_INT, 2);
      long result = SocketCalls.socketpair(AF_UNIX, SeqpacketChannel.TYPE, 0, both.address());
      Failures.require(result, "socketpair", "raise ulimit -n");
      Descriptor here = new Descriptor(both.getAtIndex(JAVA_INT, 0), "connection to the pager");
      Descriptor there = new Descriptor(both.getAtIndex(JAVA_INT, 1), "the pager's end");
      return new Pair(new SeqpacketChannel(here, ProcessHandle.current().pid()), there);
    }
  }

  @Override
  public ControlChannel given() throws IOException {
    Descriptor socket = new Descriptor(ProcessGroup.GIVEN, "connection to the application");
    try {
      return new SeqpacketChannel(socket, Credentials.ofPeer(socket).pid());
    } catch (SystemCallException e) {
      throw new IOException("descriptor " + ProcessGroup.GIVEN + " is no connection", e);
    }
  }

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    return TcpStream.connect(address);
  }
}
