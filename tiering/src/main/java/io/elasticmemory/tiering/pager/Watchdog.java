package io.elasticmemory.tiering.pager;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Stops the application when a loop stands still: stuck in a system call on a broken disk, or for
 * ever in a bug. Counts its own ticks instead of time, so that a process that was stopped as a
 * whole, or a machine that slept, is not taken for a loop that stands still.
 */
final class Watchdog implements Runnable {
  private static final long TICK_MILLIS = 250;

  /** So far apart that no two loops write to the same line of memory, or to a pair of lines. */
  private static final int LONGS_APART = 16;

  private final long ticksMax;
  private final Warden warden;
  private final Runnable everyTick;
  private final int loops;
  private final Executor thread;

  /** Turns of each loop, with space before the first and behind the last. */
  private final AtomicLongArray turns;

  /**
   * A watchdog that does not watch yet.
   *
   * @param loops how many it watches
   * @param patienceNanos how long one turn may take
   * @param everyTick done every {@value #TICK_MILLIS} ms on the watchdog's thread; it must not wait
   *     for a loop
   * @param thread runs it
   */
  Watchdog(int loops, long patienceNanos, Warden warden, Runnable everyTick, Executor thread) {
    this.thread = thread;
    this.ticksMax = Math.max(1, TimeUnit.NANOSECONDS.toMillis(patienceNanos) / TICK_MILLIS);
    this.warden = warden;
    this.everyTick = everyTick;
    this.loops = loops;
    this.turns = new AtomicLongArray((loops + 2) * LONGS_APART);
  }

  private static int at(int loop) {
    return (loop + 1) * LONGS_APART;
  }

  /** What one loop says to its watchdog. */
  final class Pulse {
    private final int at;

    private Pulse(int at) {
      this.at = at;
    }

    /** Said by the loop in every turn. */
    void turned() {
      // One writer, and a late look does no harm.
      turns.setOpaque(at, turns.getPlain(at) + 1);
    }

    /** The loop has ended as it should: whatever comes after it may take its time. */
    void ended() {
      turns.setOpaque(at, ENDED);
    }
  }

  /** A number of turns that no loop reaches. */
  private static final long ENDED = -1;

  /** For the loop of this number, counted from 0. */
  Pulse pulse(int loop) {
    return new Pulse(at(loop));
  }

  void start() {
    thread.execute(this);
  }

  /** Watches for ever. */
  @Override
  public void run() {
    long[] seen = new long[loops];
    long[] ticks = new long[loops];
    while (sleepTick()) {
      everyTick.run();
      for (int loop = 0; loop < loops; loop++) {
        long now = turns.getOpaque(at(loop));
        ticks[loop] = now == seen[loop] && now != ENDED ? ticks[loop] + 1 : 0;
        seen[loop] = now;
        if (ticks[loop] >= ticksMax) {
          warden.stop(
              "the pager has stood still for %d s; look for a broken disk, or report a bug"
                  .formatted(ticksMax * TICK_MILLIS / 1000));
          return;
        }
      }
    }
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
