package io.elasticmemory.ffm.doctor;

import java.util.Arrays;

/** A few measured times. */
final class Latencies {
  private final long[] nanos;
  private int count;

  Latencies(int capacity) {
    nanos = new long[capacity];
  }

  void add(long elapsedNanos) {
    nanos[count++] = elapsedNanos;
  }

  /** The time that this part of all stayed within, in microseconds. */
  double micros(double part) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, part * count)] / 1e3;
  }

  @Override
  public String toString() {
    return "p50 %.0f us, p99 %.0f us".formatted(micros(0.5), micros(0.99));
  }
}
