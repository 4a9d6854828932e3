package io.elasticmemory.samples.bench.report;

import java.util.Locale;

/**
 * A bound that a value must keep.
 *
 * @param isUpper whether the value may be at most the bound, otherwise at least
 * @param bound in this unit
 * @param unit for people, empty for a ratio
 */
public record Target(boolean isUpper, double bound, String unit) {

  /** A ratio of at most so much. */
  public static Target atMost(double bound) {
    return atMost(bound, "");
  }

  /** At most so much. */
  public static Target atMost(double bound, String unit) {
    return new Target(true, bound, unit);
  }

  /** A ratio of at least so much. */
  public static Target atLeast(double bound) {
    return new Target(false, bound, "");
  }

  /** Whether a value keeps it. */
  public boolean holds(double value) {
    return isUpper ? value <= bound : value >= bound;
  }

  /** For programs: {@code <= 1.25}. */
  public String text() {
    return (isUpper ? "<= " : ">= ") + number(bound);
  }

  /** For people: {@code ≤ 10 ms}. */
  public String describe() {
    return (isUpper ? "≤ " : "≥ ") + number(bound) + suffix();
  }

  /** A value in its unit, with three digits or so. */
  public String describe(double value) {
    String digits = Math.abs(value) < 10 ? "%.3f" : Math.abs(value) < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, digits, value) + suffix();
  }

  private String suffix() {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String number(double bound) {
    return bound == Math.rint(bound) && bound >= 3
        ? String.format(Locale.ROOT, "%.0f", bound)
        : Double.toString(bound);
  }
}
