package io.elasticmemory.ffm.epoll;

import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLERR;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLHUP;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLOUT;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_ADD;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_DEL;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_MOD;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An epoll set. A source has a place in an array, found by its descriptor; the kernel hands back
 * place and life, so that an event of a source that was forgotten a moment ago, in the same batch,
 * reaches nobody, even if another source has the descriptor by now.
 */
public final class EpollPoller implements Poller {
  /** Events taken with one call at most; what is left comes with the next. */
  private static final int EVENTS_MAX = 64;

  private static final long EVENT_BYTES = Structs.EPOLL_EVENT.byteSize();
  private static final long EVENT_MARK = Structs.offset(Structs.EPOLL_EVENT, "data.u64");

  /** Mark of the alarm; no source has a life of -1. */
  private static final long ALARM = -1;

  /** Times that an alarm set for an earlier wait, or one that rings early, is set anew. */
  private static final int ALARMS_MAX = 4;

  private final Descriptor epoll;
  private final MemorySegment change;
  private final MemorySegment events;
  private final MemorySegment noTime;
  private final Alarm alarm;
  private @Nullable Watch[] watches = new Watch[64];
  private int lives;

  /** A source while it is watched. */
  private record Watch(int life, Ready ready) {}

  /** An empty set. */
  public EpollPoller() {
    long created = EventCalls.epollCreate(EPOLL_CLOEXEC);
    Failures.require(created, "epoll_create", "raise ulimit -n");
    epoll = new Descriptor((int) created, "poller");
    // Freed by the collector: closing a shared arena would wait for every thread in a fault.
    change = Arena.ofAuto().allocate(Structs.EPOLL_EVENT);
    events = Arena.ofAuto().allocate(EVENT_BYTES * EVENTS_MAX, Long.BYTES);
    noTime = Arena.ofAuto().allocate(Structs.TIMESPEC);
    alarm = openAlarm();
    control(EPOLL_CTL_ADD, alarm.descriptor(), READ, ALARM);
  }

  private Alarm openAlarm() {
    try {
      return new Alarm();
    } catch (RuntimeException e) {
      epoll.close();
      throw e;
    }
  }

  @Override
  public void watch(Pollable source, int interest, Ready ready) {
    int descriptor = descriptorOf(source);
    if (descriptor >= watches.length) {
      watches = Arrays.copyOf(watches, Math.max(descriptor + 1, 2 * watches.length));
    }
    Watch watch = new Watch(++lives, ready);
    control(EPOLL_CTL_ADD, descriptor, interest, mark(watch, descriptor));
    watches[descriptor] = watch;
  }

  @Override
  public void interest(Pollable source, int interest) {
    int descriptor = descriptorOf(source);
    control(EPOLL_CTL_MOD, descriptor, interest, mark(watched(descriptor), descriptor));
  }

  @Override
  public void forget(Pollable source) {
    int descriptor = descriptorOf(source);
    Watch watch = watched(descriptor);
    watches[descriptor] = null;
    control(EPOLL_CTL_DEL, descriptor, 0, mark(watch, descriptor));
  }

  private static int descriptorOf(Pollable source) {
    int descriptor = source.descriptor();
    if (descriptor < 0) {
      throw new IllegalArgumentException("nothing to wait for: " + source);
    }
    return descriptor;
  }

  private Watch watched(int descriptor) {
    Watch watch = descriptor < watches.length ? watches[descriptor] : null;
    if (watch == null) {
      throw new IllegalStateException("descriptor " + descriptor + " is not watched");
    }
    return watch;
  }

  private static long mark(Watch watch, int descriptor) {
    return (long) watch.life << 32 | descriptor;
  }

  private void control(int operation, int descriptor, int interest, long mark) {
    int kernelInterest =
        ((interest & READ) != 0 ? EPOLLIN : 0) | ((interest & WRITE) != 0 ? EPOLLOUT : 0);
    change.set(JAVA_INT, 0, kernelInterest);
    change.set(JAVA_LONG_UNALIGNED, EVENT_MARK, mark);
    long result = EventCalls.epollCtl(epoll.descriptor(), operation, descriptor, change.address());
    Reference.reachabilityFence(change);
    SystemCallException.check(result, "epoll_ctl", descriptor);
  }

  @Override
  public int await(long timeoutNanos) {
    if (timeoutNanos <= 0) {
      long limit = timeoutNanos == 0 ? noTime.address() : 0;
      return tellAll(take(limit));
    }
    long now = System.nanoTime();
    long end = now + timeoutNanos;
    int called = 0;
    for (int i = 0; i < ALARMS_MAX && called == 0 && end - now > 0; i++) {
      alarm.ringBy(end, now);
      int count = take(0);
      called = tellAll(count);
      if (count == 0 || called < count) {
        now = System.nanoTime();
      }
    }
    return called;
  }

  /** Takes events, none if a signal comes first. */
  private int take(long timespecAddress) {
    long count =
        EventCalls.epollWait(epoll.descriptor(), events.address(), EVENTS_MAX, timespecAddress);
    Reference.reachabilityFence(noTime);
    if (count == -Errno.EINTR) {
      return 0;
    }
    SystemCallException.check(count, "epoll_pwait2");
    return (int) count;
  }

  private int tellAll(int count) {
    int called = 0;
    for (int i = 0; i < count; i++) {
      called += tell(i * EVENT_BYTES);
    }
    return called;
  }

  private int tell(long at) {
    long mark = events.get(JAVA_LONG_UNALIGNED, at + EVENT_MARK);
    if (mark == ALARM) {
      alarm.silence();
      return 0;
    }
    Watch watch = watches[(int) mark];
    if (watch == null || watch.life != (int) (mark >>> 32)) {
      return 0;
    }
    int happened = events.get(JAVA_INT, at);
    watch.ready.ready(
        ((happened & EPOLLIN) != 0 ? READ : 0)
            | ((happened & EPOLLOUT) != 0 ? WRITE : 0)
            | ((happened & (EPOLLERR | EPOLLHUP)) != 0 ? FAILED : 0));
    return 1;
  }

  @Override
  public void close() {
    epoll.close();
    alarm.close();
  }
}
