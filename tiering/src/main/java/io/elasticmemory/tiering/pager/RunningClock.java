package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Time in which this process could do something. A process that was stopped as a whole, by a signal
 * or a debugger, has missed no deadline: whoever waits for it is served when it goes on. The loop
 * looks at the clock at least every second, so a longer gap between two looks is such a stop, and
 * most of it does not count. Used by one thread.
 */
final class RunningClock implements Clock {
  /** The most that may lie between two looks. */
  static final long GAP_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  private final Clock clock;
  private long seen;
  private long missed;

  /** Time by another clock. */
  RunningClock(Clock clock) {
    this.clock = clock;
    this.seen = clock.nanoTime();
  }

  @Override
  public long nanoTime() {
    long now = clock.nanoTime();
    long gap = now - seen;
    if (gap > GAP_NANOS_MAX) {
      missed += gap - GAP_NANOS_MAX;
    }
    seen = now;
    return now - missed;
  }
}
