package io.elasticmemory.ffm.libc;

import io.elasticmemory.EmpException;

/** Turns error numbers into what users read: what was tried, why it failed, the way out. */
public final class Failures {
  private Failures() {}

  /**
   * A failure of the machine or its settings.
   *
   * @param result the negative result of a call
   */
  public static EmpException platform(String what, long result, String remedy) {
    return failure(EmpException.Kind.PLATFORM, what, result, remedy);
  }

  /** A failure of the given kind. */
  public static EmpException failure(
      EmpException.Kind kind, String what, long result, String remedy) {
    return new EmpException(kind, what + ": " + Errno.describe((int) -result) + "; " + remedy);
  }

  /** Returns a result that is no error; throws a failure of the machine otherwise. */
  public static long require(long result, String what, String remedy) {
    if (result < 0) {
      throw platform(what, result, remedy);
    }
    return result;
  }
}
