package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.LinuxConstants.AF_UNIX;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETOWN;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETSIG;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_ASYNC;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLHUP;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGKILL;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SOCK_STREAM;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.SocketCalls;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.socket.Waiting;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Lifeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pair of sockets. Armed, our end sends this process SIGKILL when anything happens on it, which
 * can only be that the last copy of the other end has closed. The kernel does it alone: no thread
 * of ours has to run, and none could while all wait for a page.
 */
final class SocketLifeline implements Lifeline {
  private final Descriptor ourEnd;
  private final Descriptor otherEnd;

  private SocketLifeline(Descriptor ourEnd, Descriptor otherEnd) {
    this.ourEnd = ourEnd;
    this.otherEnd = otherEnd;
  }

  static SocketLifeline create() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      long result = SocketCalls.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.address());
      Failures.require(result, "socketpair", "raise ulimit -n");
      return new SocketLifeline(
          new Descriptor(pair.getAtIndex(JAVA_INT, 0), "lifeline"),
          new Descriptor(pair.getAtIndex(JAVA_INT, 1), "lifeline's other end"));
    }
  }

  @Override
  public Handle otherEnd() {
    return otherEnd;
  }

  @Override
  public void arm() {
    set(F_SETOWN, ProcessHandle.current().pid());
    set(F_SETSIG, SIGKILL);
    set(F_SETFL, flags() | O_ASYNC);
    // Lost before it was armed: the kernel has had its only occasion to notice.
    if ((Waiting.await(ourEnd, 0, 0) & POLLHUP) != 0) {
      disarm();
      throw new EmpException(
          EmpException.Kind.PAGER, "the pager has ended during its start; see its messages above");
    }
  }

  @Override
  public void disarm() {
    set(F_SETFL, flags() & ~O_ASYNC);
  }

  private long flags() {
    return SystemCallException.check(
        FileCalls.fcntl(ourEnd.descriptor(), F_GETFL, 0), "fcntl", "F_GETFL");
  }

  private void set(int command, long value) {
    long result = FileCalls.fcntl(ourEnd.descriptor(), command, value);
    SystemCallException.check(result, "fcntl", command);
  }

  @Override
  public void close() {
    if (!ourEnd.isClosed()) {
      disarm();
      ourEnd.close();
      otherEnd.close();
    }
  }
}
