package io.elasticmemory.agent;

import java.util.concurrent.atomic.LongAdder;

/** What the program has been given of the space. Counts are exact once nothing is under way. */
final class Allocations {
  private final LongAdder given = new LongAdder();
  private final LongAdder givenBytes = new LongAdder();
  private final LongAdder takenBack = new LongAdder();
  private final LongAdder takenBackBytes = new LongAdder();
  private final LongAdder refused = new LongAdder();

  void given(long bytes) {
    given.increment();
    givenBytes.add(bytes);
  }

  void takenBack(long bytes) {
    takenBack.increment();
    takenBackBytes.add(bytes);
  }

  /** An allocation that has been taken back was not the program's. */
  void neverMind(long bytes) {
    given.decrement();
    givenBytes.add(-bytes);
    takenBack.decrement();
    takenBackBytes.add(-bytes);
  }

  void refused() {
    refused.increment();
  }

  /** Allocations so far. */
  long count() {
    return given.sum();
  }

  /** Allocations that were freed. */
  long takenBackCount() {
    return takenBack.sum();
  }

  /** Bytes in use. */
  long usedBytes() {
    return givenBytes.sum() - takenBackBytes.sum();
  }

  /** Allocations that are ordinary memory, for want of room. */
  long refusedCount() {
    return refused.sum();
  }
}
