package io.elasticmemory.exporter;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections of this exporter may stay awake at the same time while they wait for their
 * next request. With fewer CPUs than that they would keep each other, and their clients, waiting.
 */
final class Spinners {
  /** Longer than a client on a fast network needs to ask again, shorter than costs anything. */
  static final long SPIN_NANOS = 50_000;

  private static final int SPINNERS_MAX = Runtime.getRuntime().availableProcessors() / 2;
  private static final AtomicInteger SPINNERS = new AtomicInteger();

  private Spinners() {}

  /** True if one more may; it must leave then. */
  static boolean join() {
    if (SPINNERS.incrementAndGet() <= SPINNERS_MAX) {
      return true;
    }
    SPINNERS.decrementAndGet();
    return false;
  }

  static void leave() {
    SPINNERS.decrementAndGet();
  }
}
