package io.elasticmemory.agent;

import java.util.function.LongSupplier;

/**
 * Makes room by a collection of garbage: buffers in the space that nobody can reach any more are
 * freed by their cleaners, but only if the collector finds them. As {@code java.nio.Bits} does it
 * at the limit of direct memory: one {@code System.gc()}, then waits that double, half a second in
 * all. A collection that has freed nothing is not tried again before something was freed.
 */
final class Collection {
  private static final int WAITS_MAX = 9;

  private long fruitlessAt = -1;

  /**
   * Tries again while there is hope.
   *
   * @param attempt gives 0 if it has failed
   * @return what it gave, or 0
   */
  synchronized long until(LongSupplier attempt, Allocations allocations) {
    long result = attempt.getAsLong();
    if (result != 0 || allocations.takenBackCount() == fruitlessAt) {
      return result;
    }
    System.gc();
    boolean interrupted = false;
    for (int wait = 0; result == 0 && wait < WAITS_MAX; wait++) {
      try {
        Thread.sleep(1L << wait);
      } catch (InterruptedException e) {
        // An allocation is no point to be interrupted at.
        interrupted = true;
      }
      result = attempt.getAsLong();
    }
    fruitlessAt = result == 0 ? allocations.takenBackCount() : -1;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result;
  }
}
