package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/**
 * Throughput with units of fetching that adapt, as a part of that with the better one of fixed
 * units.
 *
 * @param pattern in the words of {@code emp bench elastic}
 */
record ElasticRow(String name, String title, Target target, String pattern) implements Row {
  private static final int UNITS = 4;
  private static final int ROUNDS = 3;
  private static final int SIZE_MIB = 256;

  /** And as long before, until code is compiled that each unit uses in another way. */
  private static final int SECONDS = 3;

  @Override
  public String placement() {
    return "application, pager and exporter on one CPU";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(estimate(pattern));
  }

  static Estimate estimate(String pattern) {
    double each = pattern.equals("memcheck") ? 12 : 9.5;
    return new Estimate("elastic " + pattern, UNITS * ROUNDS * each);
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree figures = figures(workloads, pattern);
    return new Measurement(figures.number("ratio"), workloads.isQuick() ? 1 : ROUNDS);
  }

  /** What was found for a pattern. */
  static JsonTree figures(Workloads workloads, String pattern)
      throws IOException, NotMeasuredException {
    return workloads
        .run(
            "elastic",
            "--patterns",
            pattern,
            "--size-mib",
            workloads.choose(Integer.toString(SIZE_MIB), "128"),
            "--seconds",
            workloads.choose(Integer.toString(SECONDS), "0.1"),
            "--rounds",
            workloads.choose(Integer.toString(ROUNDS), "1"))
        .get("patterns")
        .each()
        .getFirst();
  }
}
