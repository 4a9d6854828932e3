package io.elasticmemory.samples.bench.report;

/**
 * What a row has measured.
 *
 * @param value in the unit of the row's target, the median of the rounds
 * @param rounds of which it is the median
 */
public record Measurement(double value, int rounds) {
  public Measurement {
    if (!Double.isFinite(value) || rounds < 1) {
      throw new IllegalArgumentException(
          "%s of %d rounds is no measurement".formatted(value, rounds));
    }
  }
}
