package io.elasticmemory.exporter;

import io.elasticmemory.port.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when told to. */
final class HandClock implements Clock {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
