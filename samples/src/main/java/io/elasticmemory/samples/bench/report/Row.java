package io.elasticmemory.samples.bench.report;

import java.io.IOException;
import java.util.List;

/**
 * One promise about speed: what is measured, where, and what it must be. A row gets its value from
 * a workload of {@code emp bench}, so that whoever doubts it can run that workload alone.
 *
 * <p>A new capability adds its rows to {@link Rows}.
 */
public interface Row {
  /** Its name in JSON and after {@code --only}: small letters, digits and hyphens. */
  String name();

  /** What is measured, for people. */
  String title();

  /** What the value must be. */
  Target target();

  /** Which threads ran on which CPUs, for people: a figure without it says nothing. */
  String placement();

  /** The runs it takes its value from. */
  List<Estimate> estimates();

  /**
   * Measures it.
   *
   * @throws NotMeasuredException if this machine cannot, with the reason for people
   */
  Measurement measure(Workloads workloads) throws IOException, NotMeasuredException;
}
