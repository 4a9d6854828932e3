package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.WorkStatus;
import java.util.ArrayDeque;
import java.util.Deque;

/** Completions that wait, of which there is room for so many and no more. */
final class FakeCompletionQueue implements CompletionQueue {
  private record Waiting(FakeQueuePair queuePair, long order, long mark, WorkStatus status) {}

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
    if (completions.size() == entries) {
      throw new AssertionError("a completion queue of " + entries + " entries is overrun");
    }
    completions.addLast(new Waiting(queuePair, order, mark, status));
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
        next.queuePair().reclaim(next.order());
      }
      sink.completed(next.mark(), next.status());
      count++;
    }
    return count;
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
