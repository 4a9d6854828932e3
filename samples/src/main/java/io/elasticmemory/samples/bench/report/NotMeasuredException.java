package io.elasticmemory.samples.bench.report;

/** Something could not be measured; the message says why, in one line for people. */
public final class NotMeasuredException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isFailure;

  private NotMeasuredException(String reason, boolean isFailure) {
    super(reason);
    this.isFailure = isFailure;
  }

  /** This machine, or this version, cannot do it. */
  public static NotMeasuredException leftOut(String reason) {
    return new NotMeasuredException(reason, false);
  }

  /** It should have worked. */
  public static NotMeasuredException failed(String reason) {
    return new NotMeasuredException(reason, true);
  }

  /** Whether something went wrong, and was not just left out. */
  boolean isFailure() {
    return isFailure;
  }

  /** Why. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
