package io.elasticmemory.tiering.pager;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops the application when the loop stands still: stuck in a system call on a broken disk, or for
 * ever in a bug. Counts its own ticks instead of time, so that a process that was stopped as a
 * whole, or a machine that slept, is not taken for a loop that stands still.
 */
final class Watchdog {
  private static final long TICK_MILLIS = 250;

  private final long ticksMax;
  private final Warden warden;
  private final Runnable everyTick;
  private final AtomicLong turns = new AtomicLong();

  /**
   * A watchdog that does not watch yet.
   *
   * @param patienceNanos how long one turn may take
   * @param everyTick done every {@value #TICK_MILLIS} ms on the watchdog's thread; it must not wait
   *     for the loop
   */
  Watchdog(long patienceNanos, Warden warden, Runnable everyTick) {
    this.ticksMax = Math.max(1, TimeUnit.NANOSECONDS.toMillis(patienceNanos) / TICK_MILLIS);
    this.warden = warden;
    this.everyTick = everyTick;
  }

  /** Said by the loop in every turn. */
  void turned() {
    // One writer, and a late look does no harm.
    turns.setOpaque(turns.getPlain() + 1);
  }

  void start() {
    Thread.ofPlatform().daemon().name("emp-watchdog").start(this::watch);
  }

  private void watch() {
    long seen = turns.getOpaque();
    for (long ticks = 0; ticks < ticksMax; ticks++) {
      if (!sleepTick()) {
        return;
      }
      everyTick.run();
      long now = turns.getOpaque();
      if (now != seen) {
        seen = now;
        ticks = -1;
      }
    }
    warden.stop(
        "the pager has stood still for %d s; look for a broken disk, or report a bug"
            .formatted(ticksMax * TICK_MILLIS / 1000));
  }

  private static boolean sleepTick() {
    try {
      Thread.sleep(TICK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
