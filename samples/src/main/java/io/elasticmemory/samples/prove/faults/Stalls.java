package io.elasticmemory.samples.prove.faults;

import java.util.ArrayList;
import java.util.List;

/** How long threads stood still, each time that was looked at. For one thread at a time. */
public final class Stalls {
  private static final int PERCENTILES = 100;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<Integer> millis = new ArrayList<>();

  /** One more. */
  public void add(long nanos) {
    addMillis(Math.toIntExact(nanos / NANOS_PER_MILLI));
  }

  void addMillis(int each) {
    millis.add(each);
  }

  /** What so many in a hundred do not exceed, in milliseconds; 0 without any. */
  public int millis(int percentile) {
    List<Integer> sorted = millis.stream().sorted().toList();
    return sorted.isEmpty()
        ? 0
        : sorted.get(Math.ceilDiv(sorted.size() * percentile, PERCENTILES) - 1);
  }

  /** All of them, in the order in which they came. */
  List<Integer> all() {
    return List.copyOf(millis);
  }
}
