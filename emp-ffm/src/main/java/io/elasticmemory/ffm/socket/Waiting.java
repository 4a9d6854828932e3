package io.elasticmemory.ffm.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Waiting for one descriptor, for at most a time. */
public final class Waiting {
  private static final long EVENTS = Structs.offset(Structs.POLLFD, "events");
  private static final long HAPPENED = Structs.offset(Structs.POLLFD, "revents");
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Waiting() {}

  /**
   * Waits until one of the events, an error or a hang-up holds.
   *
   * @param events {@code POLLIN} and {@code POLLOUT}
   * @param timeoutMillis 0 only looks
   * @return what holds; 0 if the time was over first
   */
  public static int await(Descriptor descriptor, int events, long timeoutMillis) {
    long deadline = System.nanoTime() + timeoutMillis * NANOS_PER_MILLI;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(Structs.POLLFD);
      poll.set(JAVA_INT, 0, descriptor.descriptor());
      poll.set(JAVA_SHORT, EVENTS, (short) events);
      while (true) {
        long leftMillis = (deadline - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        int waitMillis = (int) Math.clamp(leftMillis, 0, Integer.MAX_VALUE);
        long ready = EventCalls.poll(poll.address(), 1, waitMillis);
        if (ready != -Errno.EINTR) {
          SystemCallException.check(ready, "poll", descriptor.name());
          return poll.get(JAVA_SHORT, HAPPENED);
        }
      }
    }
  }
}
