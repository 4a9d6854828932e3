package io.elasticmemory.tiering.sim;

import java.util.ArrayList;
import java.util.List;

/** How often each {@link Happening} was met. */
final class Tally {
  private static final Happening[] ALL = Happening.values();

  private final long[] counts = new long[ALL.length];

  void add(Happening happening) {
    counts[happening.ordinal()]++;
  }

  void add(Happening happening, long times) {
    counts[happening.ordinal()] += times;
  }

  void addAll(Tally other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  long count(Happening happening) {
    return counts[happening.ordinal()];
  }

  /** Injected faults of all kinds. */
  long faults() {
    long sum = 0;
    for (Happening happening : ALL) {
      if (happening.kind == Happening.Kind.FAULT) {
        sum += counts[happening.ordinal()];
      }
    }
    return sum;
  }

  /** What was never met. */
  List<Happening> never() {
    List<Happening> never = new ArrayList<>();
    for (Happening happening : ALL) {
      if (counts[happening.ordinal()] == 0) {
        never.add(happening);
      }
    }
    return never;
  }

  /** A table per kind, one line per happening. */
  String table() {
    StringBuilder text = new StringBuilder();
    for (Happening.Kind kind : Happening.Kind.values()) {
      text.append(kind.title).append('\n');
      for (Happening happening : ALL) {
        if (happening.kind == kind) {
          text.append(String.format("  %,14d  %s%n", count(happening), happening.text()));
        }
      }
    }
    return text.toString();
  }
}
