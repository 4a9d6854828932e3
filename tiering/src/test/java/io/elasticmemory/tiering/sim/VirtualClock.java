package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Clock;

/** Time that passes only when the simulation says so. */
final class VirtualClock implements Clock {
  private long now;

  @Override
  public long nanoTime() {
    return now;
  }

  /** Lets time pass. */
  void pass(long nanos) {
    now += nanos;
  }

  /** Goes on to a moment; stays if it is over. */
  void reach(long nanos) {
    now = Math.max(now, nanos);
  }
}
