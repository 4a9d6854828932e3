package io.elasticmemory.samples.bench.report;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * How long a run of a workload takes, roughly: rounds times seconds, and what it takes to set up,
 * on a quiet virtual machine of two CPUs with a disk of a gigabyte a second. It is for planning
 * only.
 *
 * @param run what it is known by; rows and sections that name the same one share it
 * @param seconds as it is measured for a report, not for a trial
 */
public record Estimate(String run, double seconds) {
  /** Seconds of all of them that are not in a set yet, each once; they are put into it. */
  public static double add(Collection<Estimate> estimates, Set<String> seen) {
    return estimates.stream()
        .filter(estimate -> seen.add(estimate.run))
        .mapToDouble(Estimate::seconds)
        .sum();
  }

  /** Seconds of all of them, each once. */
  static double sum(Collection<Estimate> estimates) {
    return add(estimates, new HashSet<>());
  }
}
