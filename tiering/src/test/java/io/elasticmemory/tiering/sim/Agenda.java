package io.elasticmemory.tiering.sim;

import java.util.Arrays;

/** What will happen and when: a heap ordered by time, then by the order of entry. */
final class Agenda {
  /** Something that happens at its time. */
  @FunctionalInterface
  interface Event {
    void happen();
  }

  private static final Event NOTHING = () -> {};

  private Event[] events = new Event[64];
  private long[] times = new long[64];
  private long[] orders = new long[64];
  private int count;
  private long entered;

  /** Enters an event. */
  void at(long nanos, Event event) {
    if (count == events.length) {
      events = Arrays.copyOf(events, 2 * count);
      times = Arrays.copyOf(times, 2 * count);
      orders = Arrays.copyOf(orders, 2 * count);
    }
    place(raise(count++, nanos, entered), event, nanos, entered);
    entered++;
  }

  /** When the next event is due; {@link Long#MAX_VALUE} if there is none. */
  long next() {
    return count == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Lets everything happen that is due. */
  void run(long now) {
    while (count > 0 && times[0] <= now) {
      Event event = events[0];
      removeFirst();
      event.happen();
    }
  }

  private void removeFirst() {
    count--;
    Event last = events[count];
    long time = times[count];
    long order = orders[count];
    events[count] = NOTHING;
    if (count > 0) {
      place(sink(time, order), last, time, order);
    }
  }

  private int raise(int from, long time, long order) {
    int at = from;
    while (at > 0 && isBefore(time, order, (at - 1) >>> 1)) {
      copy((at - 1) >>> 1, at);
      at = (at - 1) >>> 1;
    }
    return at;
  }

  private int sink(long time, long order) {
    int at = 0;
    while (2 * at + 1 < count) {
      int child = 2 * at + 1;
      if (child + 1 < count && isBefore(times[child + 1], orders[child + 1], child)) {
        child++;
      }
      if (isBefore(time, order, child)) {
        break;
      }
      copy(child, at);
      at = child;
    }
    return at;
  }

  private boolean isBefore(long time, long order, int other) {
    return time < times[other] || (time == times[other] && order < orders[other]);
  }

  private void copy(int from, int to) {
    place(to, events[from], times[from], orders[from]);
  }

  private void place(int at, Event event, long time, long order) {
    events[at] = event;
    times[at] = time;
    orders[at] = order;
  }
}
