package io.elasticmemory.ffm.epoll;

import static io.elasticmemory.ffm.libc.LinuxConstants.EFD_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.EFD_NONBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;

/** An eventfd: rings add up in the kernel until they are read away. */
public final class EventfdDoorbell implements Doorbell {
  private final Descriptor eventfd;
  private final MemorySegment one;
  private final MemorySegment count;

  private EventfdDoorbell(Descriptor eventfd) {
    this.eventfd = eventfd;
    one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);
    // Whatever is read here is thrown away, so threads may share it.
    count = Arena.ofAuto().allocate(JAVA_LONG);
  }

  /** A new one. */
  public static EventfdDoorbell create() {
    long created = EventCalls.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Failures.require(created, "eventfd", "raise ulimit -n");
    return new EventfdDoorbell(new Descriptor((int) created, "doorbell"));
  }

  /** Takes over one that came from another process; closes it if it is none. */
  public static EventfdDoorbell adopt(Descriptor eventfd) {
    try {
      Path link = Path.of("/proc/self/fd/" + eventfd.descriptor());
      String kind = Files.readSymbolicLink(link).toString();
      if (!kind.startsWith("anon_inode:[eventfd")) {
        throw refusal(eventfd + " is " + kind + " where an eventfd was announced");
      }
      // A blocking one would stop its reader for ever; the flag belongs to the open file.
      long flags = FileCalls.fcntl(eventfd.descriptor(), LinuxConstants.F_GETFL, 0);
      if ((flags & LinuxConstants.O_NONBLOCK) == 0) {
        throw refusal(eventfd + " blocks");
      }
      return new EventfdDoorbell(eventfd);
    } catch (IOException e) {
      eventfd.close();
      throw refusal(eventfd + ": " + e);
    } catch (RuntimeException e) {
      eventfd.close();
      throw e;
    }
  }

  private static EmpException refusal(String why) {
    return new EmpException(
        EmpException.Kind.PAGER,
        "hand-over refused: " + why + "; both sides must be of the same EMP version");
  }

  @Override
  public int descriptor() {
    return eventfd.descriptor();
  }

  @Override
  public Handle handle() {
    return eventfd;
  }

  @Override
  public void ring() {
    long result = FileCalls.write(eventfd.descriptor(), one.address(), Long.BYTES);
    Reference.reachabilityFence(one);
    check(result, "ringing");
  }

  @Override
  public void silence() {
    long result = FileCalls.read(eventfd.descriptor(), count.address(), Long.BYTES);
    Reference.reachabilityFence(count);
    check(result, "silencing");
  }

  /** EAGAIN: the counter is full, so it is ready already; or empty, so it is silent already. */
  private static void check(long result, String doing) {
    if (result < 0 && result != -Errno.EAGAIN) {
      throw new SystemCallException(doing + " the doorbell", (int) -result);
    }
  }

  @Override
  public void close() {
    eventfd.close();
  }
}
