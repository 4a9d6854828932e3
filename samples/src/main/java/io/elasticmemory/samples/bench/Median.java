package io.elasticmemory.samples.bench;

import java.util.Arrays;

/** What rounds of a measurement are reduced to: half of them are below it. */
public final class Median {
  private Median() {}

  /** The middle one, or the mean of the two in the middle. */
  public static double of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
