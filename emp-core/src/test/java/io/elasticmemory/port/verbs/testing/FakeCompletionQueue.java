package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.WorkStatus;
import java.util.ArrayDeque;
import java.util.Deque;

/** Completions that wait, of which there is room for so many and no more. */
final class FakeCompletionQueue implements CompletionQueue {
  /** That of a message has an order of {@link #MESSAGE} and says how many bytes came. */
  private record Waiting(
      FakeQueuePair queuePair, long order, long mark, WorkStatus status, int bytes) {}

  private static final long MESSAGE = -1;

  private final FakeFabric fabric;
  private final int entries;
  private final Deque<Waiting> completions = new ArrayDeque<>();
  private int users;
  private boolean armed;
  private boolean readable;

  FakeCompletionQueue(FakeFabric fabric, int entries) {
    this.fabric = fabric;
    this.entries = entries;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  /** Whether a poller would say that it is readable. */
  boolean isReadable() {
    synchronized (fabric) {
      return readable;
    }
  }

  void begin() {
    users++;
  }

  void end(FakeQueuePair queuePair) {
    users--;
    completions.removeIf(waiting -> waiting.queuePair() == queuePair);
  }

  void completed(FakeQueuePair queuePair, long order, long mark, WorkStatus status) {
    add(new Waiting(queuePair, order, mark, status, 0));
  }

  void received(FakeQueuePair queuePair, long mark, WorkStatus status, int bytes) {
    add(new Waiting(queuePair, MESSAGE, mark, status, bytes));
  }

  private void add(Waiting completion) {
    if (completions.size() == entries) {
      throw new AssertionError("a completion queue of " + entries + " entries is overrun");
    }
    completions.addLast(completion);
    readable |= armed;
    armed = false;
  }

  @Override
  public int poll(int most, Completed sink) {
    int count = 0;
    while (count < most) {
      Waiting next;
      synchronized (fabric) {
        if (completions.isEmpty()) {
          break;
        }
        next = completions.removeFirst();
        reclaim(next);
      }
      report(next, sink);
      count++;
    }
    return count;
  }

  private static void reclaim(Waiting taken) {
    if (taken.order() == MESSAGE) {
      taken.queuePair().messageReported();
    } else {
      taken.queuePair().reclaim(taken.order());
    }
  }

  private static void report(Waiting taken, Completed sink) {
    if (taken.order() == MESSAGE && taken.status() == WorkStatus.SUCCESS) {
      sink.received(taken.mark(), taken.bytes());
    } else {
      sink.completed(taken.mark(), taken.status());
    }
  }

  @Override
  public void arm() {
    synchronized (fabric) {
      armed = true;
    }
  }

  @Override
  public void disarm() {
    synchronized (fabric) {
      readable = false;
    }
  }

  @Override
  public void close() {
    synchronized (fabric) {
      if (users > 0) {
        throw new AssertionError("a completion queue is closed that has queue pairs");
      }
    }
  }
}
