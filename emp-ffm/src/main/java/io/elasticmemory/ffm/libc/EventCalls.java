package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

/** Waiting for descriptors, and descriptors to wait for. */
public final class EventCalls {
  private static final NativeFunction EPOLL_CREATE1 = returningInt("epoll_create1");
  private static final NativeFunction EPOLL_CTL = returningInt("epoll_ctl");
  private static final NativeFunction SYSCALL = returningLong("syscall");
  private static final NativeFunction EVENTFD = returningInt("eventfd");
  private static final NativeFunction TIMERFD_CREATE = returningInt("timerfd_create");
  private static final NativeFunction TIMERFD_SETTIME = returningInt("timerfd_settime");
  private static final NativeFunction POLL = returningInt("poll");

  private EventCalls() {}

  public static long epollCreate(int flags) {
    return EPOLL_CREATE1.call(flags);
  }

  /** {@code epoll_ctl} with a {@link Structs#EPOLL_EVENT} at the address. */
  public static long epollCtl(int epoll, int operation, int descriptor, long eventAddress) {
    return EPOLL_CTL.call(epoll, operation, descriptor, eventAddress);
  }

  /**
   * {@code epoll_pwait2}, without a signal mask (so that the kernel never looks at the mask's
   * size): waits for at most the time in the {@link Structs#TIMESPEC} at the address; for ever if
   * that is 0.
   */
  public static long epollWait(int epoll, long eventsAddress, int eventsMax, long timeoutAddress) {
    return SYSCALL.call(
        LinuxConstants.SYS_EPOLL_PWAIT2, epoll, eventsAddress, eventsMax, timeoutAddress, 0);
  }

  public static long eventfd(int initial, int flags) {
    return EVENTFD.call(initial, flags);
  }

  public static long timerfdCreate(int clock, int flags) {
    return TIMERFD_CREATE.call(clock, flags);
  }

  /** {@code timerfd_settime} with a time from now, a {@link Structs#ITIMERSPEC} at the address. */
  public static long timerfdSetTime(int timer, long itimerspecAddress) {
    return TIMERFD_SETTIME.call(timer, 0, itimerspecAddress, 0);
  }

  /** {@code poll} on an array of {@link Structs#POLLFD}. */
  public static long poll(long pollfdsAddress, int count, int timeoutMillis) {
    return POLL.call(pollfdsAddress, count, timeoutMillis);
  }
}
