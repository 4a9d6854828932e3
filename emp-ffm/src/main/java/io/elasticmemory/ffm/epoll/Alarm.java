package io.elasticmemory.ffm.epoll;

import static io.elasticmemory.ffm.libc.LinuxConstants.CLOCK_MONOTONIC;
import static io.elasticmemory.ffm.libc.LinuxConstants.TFD_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.TFD_NONBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Ends a wait in time, for a loop that is mostly woken by something else. It is a timerfd that
 * stays set from one wait to the next as long as it rings early enough, because a time limit that
 * each wait sets and takes back costs 1.4 us, and 10 us on a virtual machine if it lies before the
 * next tick of the kernel. A wait may so be woken too early: then it sets the alarm anew.
 */
final class Alarm implements AutoCloseable {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SECONDS_AT = Structs.offset(Structs.ITIMERSPEC, "it_value.tv_sec");
  private static final long NANOS_AT = Structs.offset(Structs.ITIMERSPEC, "it_value.tv_nsec");

  private final Descriptor timer;
  private final MemorySegment time = Arena.ofAuto().allocate(Structs.ITIMERSPEC);
  private final MemorySegment rings = Arena.ofAuto().allocate(JAVA_LONG);
  private boolean set;
  private long ringsAt;

  /** An alarm that is not set. */
  Alarm() {
    long created = EventCalls.timerfdCreate(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    Failures.require(created, "timerfd_create", "raise ulimit -n");
    timer = new Descriptor((int) created, "alarm");
  }

  /** What becomes readable when it rings. */
  int descriptor() {
    return timer.descriptor();
  }

  /** Sees to it that it rings at a time, or earlier. */
  void ringBy(long atNanos, long nowNanos) {
    if (set && ringsAt - nowNanos > 0 && ringsAt - atNanos <= 0) {
      return;
    }
    long inNanos = Math.max(1, atNanos - nowNanos);
    time.set(JAVA_LONG, SECONDS_AT, inNanos / NANOS_PER_SECOND);
    time.set(JAVA_LONG, NANOS_AT, inNanos % NANOS_PER_SECOND);
    long result = EventCalls.timerfdSetTime(timer.descriptor(), time.address());
    Reference.reachabilityFence(time);
    SystemCallException.check(result, "timerfd_settime");
    set = true;
    ringsAt = atNanos;
  }

  /** Takes note that it rings. */
  void silence() {
    // Nothing to read means that it was set anew a moment ago, for a time that was over at once.
    FileCalls.read(timer.descriptor(), rings.address(), Long.BYTES);
    Reference.reachabilityFence(rings);
    set = false;
  }

  @Override
  public void close() {
    timer.close();
  }
}
