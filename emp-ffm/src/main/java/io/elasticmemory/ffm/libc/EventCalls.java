package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.systemCall;

/** Waiting for descriptors, and descriptors to wait for. */
public final class EventCalls {
  private static final NativeFunction EPOLL_CREATE1 = returningInt("epoll_create1", 1);
  private static final NativeFunction EPOLL_CTL = returningInt("epoll_ctl", 4);
  private static final NativeFunction EPOLL_PWAIT2 = systemCall(6);
  private static final NativeFunction EVENTFD = returningInt("eventfd", 2);
  private static final NativeFunction POLL = returningInt("poll", 3);

  private EventCalls() {}

  public static long epollCreate(int flags) {
    return EPOLL_CREATE1.call(flags);
  }

  /** {@code epoll_ctl} with a {@link Structs#EPOLL_EVENT} at the address. */
  public static long epollCtl(int epoll, int operation, int descriptor, long eventAddress) {
    return EPOLL_CTL.call(epoll, operation, descriptor, eventAddress);
  }

  /**
   * {@code epoll_pwait2}: waits for at most the time in the {@link Structs#TIMESPEC} at the
   * address; for ever if the address is 0.
   */
  public static long epollWait(int epoll, long eventsAddress, int eventsMax, long timeoutAddress) {
    return EPOLL_PWAIT2.call(
        LinuxConstants.SYS_EPOLL_PWAIT2, epoll, eventsAddress, eventsMax, timeoutAddress, 0, 0);
  }

  public static long eventfd(int initial, int flags) {
    return EVENTFD.call(initial, flags);
  }

  /** {@code poll} on an array of {@link Structs#POLLFD}. */
  public static long poll(long pollfdsAddress, int count, int timeoutMillis) {
    return POLL.call(pollfdsAddress, count, timeoutMillis);
  }
}
