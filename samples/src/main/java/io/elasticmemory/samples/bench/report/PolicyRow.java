package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/**
 * Misses of the real pager as a multiple of those of exact LRU on the same accesses.
 *
 * @param trace in the words of {@code emp bench policy}
 */
record PolicyRow(String name, String title, Target target, String trace) implements Row {
  private static final int ROUNDS = 1;

  @Override
  public String placement() {
    return "application, pager and donor on one CPU; misses are counted, not timed";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(estimate(trace));
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    return new Measurement(figures(workloads, trace).number("ratioToLru"), ROUNDS);
  }

  /** A replay by each policy, and a space with and without sampling. */
  static Estimate estimate(String trace) {
    return new Estimate("policy " + trace, 100);
  }

  /** What was found for a trace. */
  static JsonTree figures(Workloads workloads, String trace)
      throws IOException, NotMeasuredException {
    return workloads
        .run(
            "policy",
            "--trace",
            trace,
            "--data-mib",
            workloads.choose("1024", "32"),
            "--accesses",
            workloads.choose("2000000", "20000"))
        .get("workloads")
        .each()
        .getFirst();
  }
}
