package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_ADD;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_DEL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NONBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.ffm.epoll.EventfdDoorbell;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.verbs.DeviceEvents.Told;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One descriptor for what a channel waits for: events of its connections, and of the devices that
 * they are on. Guarded by its channel, but for {@link #tell}.
 *
 * <pre>
 *   descriptor ──▶ epoll set ──▶ the channel's own descriptor
 *                       ├──────▶ those of its devices, of which one of all channels takes an event
 *                       └──────▶ a bell: another channel has taken one
 * </pre>
 */
final class DeviceWatch implements AutoCloseable {
  private static final long ASYNC_AT = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "async_fd");

  private final Descriptor epoll;
  private final EventfdDoorbell bell;
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();

  /** How many of the channel's connections are on a device, by its context. */
  private final Map<Long, Integer> users = new HashMap<>();

  private DeviceWatch(Descriptor epoll, EventfdDoorbell bell) {
    this.epoll = epoll;
    this.bell = bell;
  }

  /** Watches a channel that has no connections yet. */
  static DeviceWatch over(int channelDescriptor) {
    long created = EventCalls.epollCreate(EPOLL_CLOEXEC);
    Failures.require(created, "epoll_create", "raise ulimit -n");
    DeviceWatch made =
        new DeviceWatch(new Descriptor((int) created, "RDMA events"), EventfdDoorbell.create());
    try {
      made.control(EPOLL_CTL_ADD, channelDescriptor);
      made.control(EPOLL_CTL_ADD, made.bell.descriptor());
      DeviceEvents.join(made);
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Readable while something is to be taken. */
  int descriptor() {
    return epoll.descriptor();
  }

  /** A connection is on that device. */
  void begin(long context) {
    if (users.merge(context, 1, Integer::sum) == 1) {
      int descriptor = descriptorOf(context);
      long flags = FileCalls.fcntl(descriptor, F_GETFL, 0);
      long result = FileCalls.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
      SystemCallException.check(result, "fcntl", "device events");
      control(EPOLL_CTL_ADD, descriptor);
    }
  }

  /** A connection is about to end that was on that device. */
  void end(long context) {
    if (users.merge(context, -1, Integer::sum) == 0) {
      users.remove(context);
      control(EPOLL_CTL_DEL, descriptorOf(context));
    }
  }

  private static int descriptorOf(long context) {
    return VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD).get(JAVA_INT, ASYNC_AT);
  }

  private void control(int operation, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment change = arena.allocate(Structs.EPOLL_EVENT);
      change.set(JAVA_INT, 0, EPOLLIN);
      long result =
          EventCalls.epollCtl(epoll.descriptor(), operation, descriptor, change.address());
      SystemCallException.check(result, "epoll_ctl", descriptor);
    }
  }

  /** What a device has told, to be taken by the channel. From any thread. */
  void tell(Told one) {
    told.add(one);
    bell.ring();
  }

  /** Takes what the devices of this channel have told. */
  void take(Consumer<Told> taker) {
    users.keySet().forEach(DeviceEvents::take);
    bell.silence(); // before the look: what is told later rings again
    for (Told one = told.poll(); one != null; one = told.poll()) {
      taker.accept(one);
    }
  }

  @Override
  public void close() {
    DeviceEvents.leave(this);
    epoll.close();
    bell.close();
  }
}
