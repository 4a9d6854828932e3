package io.elasticmemory.ffm.disni;

import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for sources that come and go while somebody waits. Usable from every thread: whoever waits
 * lets others have the poller in between.
 */
final class Readiness implements AutoCloseable {
  private static final long SLICE_NANOS = 20_000_000;

  /** Fair: who waits in slices would take it again otherwise. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final Poller poller;
  private int ready;
  private boolean closed;

  Readiness(Poller poller) {
    this.poller = poller;
  }

  /** Watches; {@code whenReady} is called by who waits, before that returns. */
  void add(Pollable source, Runnable whenReady) {
    turn.lock();
    try {
      poller.watch(
          source,
          Poller.READ,
          _ -> {
            ready++;
            whenReady.run();
          });
    } finally {
      turn.unlock();
    }
  }

  /** Watches no more; before the source is closed. */
  void remove(Pollable source) {
    turn.lock();
    try {
      if (!closed) {
        poller.forget(source);
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * Waits for any.
   *
   * @param timeoutMillis 0 only looks, negative waits without limit
   * @return false if the time is over, or this was closed
   */
  boolean await(int timeoutMillis) {
    long begin = System.nanoTime();
    long limit = timeoutMillis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (true) {
      long left = limit - (System.nanoTime() - begin);
      turn.lock();
      try {
        if (closed) {
          return false;
        }
        ready = 0;
        poller.await(Math.clamp(left, 0, SLICE_NANOS));
        if (ready > 0) {
          return true;
        }
      } finally {
        turn.unlock();
      }
      if (left <= 0) {
        return false;
      }
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        poller.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
