package io.elasticmemory.agent;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes room by a collection of garbage: buffers in the space that nobody can reach any more are
 * freed by their cleaners, but only if the collector finds them. As {@code java.nio.Bits} does it
 * at the limit of direct memory: one {@code System.gc()}, then waits that double, half a second in
 * all. Threads that fail at the same time share the collection, and wait side by side.
 *
 * <p>Where one was in vain there is a pause before the next, each twice as long as the one before:
 * a program with more live data than its space would else spend its time here.
 */
final class Collection {
  private static final int WAITS_MAX = 9;

  /** Attempts may wait themselves; when so much time has gone none is begun. */
  private static final long ATTEMPTS_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  private static final long PAUSE_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

  private final long firstPauseNanos;
  private final Object collecting = new Object();
  private volatile long collections;

  // Both guarded by this.

  private long pauseNanos;
  private long pauseEnd = System.nanoTime();

  /**
   * The first is made when it is needed.
   *
   * @param firstPauseMillis after one in vain; 0 for never a pause, if nothing but a collection can
   *     keep the program going
   */
  Collection(long firstPauseMillis) {
    firstPauseNanos = TimeUnit.MILLISECONDS.toNanos(firstPauseMillis);
    pauseNanos = firstPauseNanos;
  }

  /**
   * Tries again while there is hope.
   *
   * @param attempt gives 0 if it has failed, as it has just done
   * @return what it gave, or 0
   */
  long until(LongSupplier attempt) {
    long seen = collections;
    if (isPausing()) {
      return 0;
    }
    collectUnlessDone(seen);
    long end = System.nanoTime() + ATTEMPTS_NANOS_MAX;
    long result = 0;
    boolean interrupted = false;
    for (int wait = 0; result == 0 && wait < WAITS_MAX && end - System.nanoTime() > 0; wait++) {
      try {
        Thread.sleep(1L << wait);
      } catch (InterruptedException e) {
        // An allocation is no point to be interrupted at.
        interrupted = true;
      }
      result = attempt.getAsLong();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    ended(result != 0);
    return result;
  }

  private void collectUnlessDone(long seen) {
    synchronized (collecting) {
      if (collections == seen) {
        System.gc();
        collections = seen + 1;
      }
    }
  }

  private synchronized boolean isPausing() {
    return pauseEnd - System.nanoTime() > 0;
  }

  /** Many may end at once, for which one pause is enough. */
  private synchronized void ended(boolean isOfUse) {
    if (isOfUse) {
      pauseNanos = firstPauseNanos;
    } else if (!isPausing()) {
      pauseEnd = System.nanoTime() + pauseNanos;
      pauseNanos = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
    }
  }
}
