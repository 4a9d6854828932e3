package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NONBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What devices tell of themselves. A device has one descriptor for all who use it in this process,
 * and what one of them takes there the others do not see: so whoever is first tells all. An event
 * is acknowledged before that, since a queue pair is not destroyed while one of its events is not.
 */
final class DeviceEvents {
  /**
   * An event.
   *
   * @param context of the device
   * @param kind what it means for connections
   * @param number of the port, or of the queue pair; means nothing if it is the device
   */
  record Told(long context, Kind kind, int number) {}

  private static final long TYPE_AT = VerbsLayout.offset(VerbsLayout.ASYNC_EVENT, "event_type");
  private static final long ELEMENT_AT = VerbsLayout.offset(VerbsLayout.ASYNC_EVENT, "element.qp");
  private static final long NUMBER_AT = VerbsLayout.offset(VerbsLayout.QP_HEAD, "qp_num");

  private static final long ASYNC_AT = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "async_fd");

  /** Guarded by the class. */
  private static final Set<DeviceWatch> WATCHES = new HashSet<>();

  /** How many connections of all channels are on a device, by its context; guarded by the class. */
  private static final Map<Long, Integer> USERS = new HashMap<>();

  private DeviceEvents() {}

  static synchronized void join(DeviceWatch watch) {
    WATCHES.add(watch);
  }

  /** When this returns it is not being told anything. */
  static synchronized void leave(DeviceWatch watch) {
    WATCHES.remove(watch);
  }

  /** A connection is on that device. What it told while there was none is nobody's news. */
  static synchronized void begin(long context) {
    if (USERS.merge(context, 1, Integer::sum) == 1) {
      int descriptor = descriptorOf(context);
      long flags = FileCalls.fcntl(descriptor, F_GETFL, 0);
      FileCalls.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
      drain(context, told -> {});
    }
  }

  /** A connection is about to end that was on that device. */
  static synchronized void end(long context) {
    USERS.computeIfPresent(context, (_, users) -> users == 1 ? null : users - 1);
  }

  /** What is readable while a device has something to tell. */
  static int descriptorOf(long context) {
    return VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD).get(JAVA_INT, ASYNC_AT);
  }

  /**
   * Takes what a device has to tell and tells everybody.
   *
   * @param context of a device that is in use, and stays so meanwhile
   */
  static synchronized void take(long context) {
    drain(context, DeviceEvents::tellAll);
  }

  static synchronized void tellAll(Told told) {
    WATCHES.forEach(watch -> watch.tell(told));
  }

  private static void drain(long context, Consumer<Told> taker) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(VerbsLayout.ASYNC_EVENT);
      while (VerbsCalls.GET_ASYNC_EVENT.call(context, event.address()) == 0) {
        Told told = read(context, event);
        VerbsCalls.ACK_ASYNC_EVENT.call(event.address());
        if (told != null) {
          taker.accept(told);
        }
      }
    }
  }

  private static @Nullable Told read(long context, MemorySegment event) {
    return switch (event.get(JAVA_INT, TYPE_AT)) {
      case VerbsConstants.IBV_EVENT_QP_FATAL,
          VerbsConstants.IBV_EVENT_QP_REQ_ERR,
          VerbsConstants.IBV_EVENT_QP_ACCESS_ERR -> {
        long queuePair = event.get(JAVA_LONG, ELEMENT_AT);
        MemorySegment known = VerbsLayout.at(queuePair, VerbsLayout.QP_HEAD);
        yield new Told(context, Kind.QUEUE_PAIR_FAILED, known.get(JAVA_INT, NUMBER_AT));
      }
      case VerbsConstants.IBV_EVENT_PORT_ERR ->
          new Told(context, Kind.PORT_DOWN, event.get(JAVA_INT, ELEMENT_AT));
      case VerbsConstants.IBV_EVENT_DEVICE_FATAL -> new Told(context, Kind.DEVICE_REMOVED, 0);
      default -> null; // Of a queue, which a connection notices by what ends.
    };
  }
}
