package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_ADD;
import static io.elasticmemory.ffm.libc.LinuxConstants.EPOLL_CTL_DEL;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.ffm.epoll.EventfdDoorbell;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.verbs.DeviceEvents.Told;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

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
  private final Descriptor epoll;
  private final EventfdDoorbell bell;
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();

  /** How many of the channel's connections are on a device, by its context. */
  private final Map<Long, Integer> users = new HashMap<>();

  /** Of these, those that can be waited for. */
  private final Set<Long> watched = new HashSet<>();

  private final LongConsumer reader;

  private DeviceWatch(Descriptor epoll, EventfdDoorbell bell, LongConsumer reader) {
    this.epoll = epoll;
    this.bell = bell;
    this.reader = reader;
  }

  /**
   * Watches a channel that has no connections yet.
   *
   * @param reader takes what a device has to tell, and tells all
   */
  static DeviceWatch over(int channelDescriptor, LongConsumer reader) {
    long created = EventCalls.epollCreate(EPOLL_CLOEXEC);
    Failures.require(created, "epoll_create", "raise ulimit -n");
    Descriptor epoll = new Descriptor((int) created, "RDMA events");
    try {
      DeviceWatch made = new DeviceWatch(epoll, EventfdDoorbell.create(), reader);
      try {
        SystemCallException.check(made.add(channelDescriptor), "epoll_ctl", channelDescriptor);
        SystemCallException.check(made.add(made.bell.descriptor()), "epoll_ctl", "bell");
        DeviceEvents.join(made);
        return made;
      } catch (RuntimeException e) {
        made.bell.close();
        throw e;
      }
    } catch (RuntimeException e) {
      epoll.close();
      throw e;
    }
  }

  /** Readable while something is to be taken. */
  int descriptor() {
    return epoll.descriptor();
  }

  /**
   * A connection is on that device. One that cannot be waited for, because the kernel allows only
   * so many to wait, is noticed by what fails.
   */
  void begin(long context) {
    boolean isFirst = users.merge(context, 1, Integer::sum) == 1;
    if (isFirst && add(DeviceEvents.descriptorOf(context)) >= 0) {
      watched.add(context);
    }
  }

  /** A connection is about to end that was on that device. */
  void end(long context) {
    if (users.merge(context, -1, Integer::sum) == 0) {
      users.remove(context);
      unwatch(context);
    }
  }

  private void unwatch(long context) {
    if (watched.remove(context)) {
      control(EPOLL_CTL_DEL, DeviceEvents.descriptorOf(context));
    }
  }

  private long add(int descriptor) {
    return control(EPOLL_CTL_ADD, descriptor);
  }

  private long control(int operation, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment change = arena.allocate(Structs.EPOLL_EVENT);
      change.set(JAVA_INT, 0, EPOLLIN);
      return EventCalls.epollCtl(epoll.descriptor(), operation, descriptor, change.address());
    }
  }

  /** What a device has told, to be taken by the channel. From any thread. */
  void tell(Told one) {
    told.add(one);
    bell.ring();
  }

  /** Takes what the devices of this channel have told. */
  void take(Consumer<Told> taker) {
    watched.forEach(reader::accept);
    bell.silence(); // before the look: what is told later rings again
    for (Told one = told.poll(); one != null; one = told.poll()) {
      if (one.kind() == Kind.DEVICE_REMOVED) {
        unwatch(one.context()); // It would be readable from now on, with nothing more to take.
      }
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
