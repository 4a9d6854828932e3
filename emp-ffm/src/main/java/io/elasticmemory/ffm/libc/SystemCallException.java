package io.elasticmemory.ffm.libc;

/**
 * A system call failed where no failure was expected. The message has the call, what it was about,
 * and the error's name.
 */
public final class SystemCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * @param call the call and what it was about, such as {@code open(/data/spill)}
   * @param errno the error number, positive
   */
  public SystemCallException(String call, int errno) {
    super(call + ": " + Errno.describe(errno));
    this.call = call;
    this.errno = errno;
  }

  /** The call and what it was about. */
  public String call() {
    return call;
  }

  /** The error number, one of {@link Errno}. */
  public int errno() {
    return errno;
  }

  /**
   * Returns the result of a call that must succeed.
   *
   * @param result what a function of this package returned
   * @param call the function, for the message
   * @throws SystemCallException if the result is an error
   */
  public static long check(long result, String call) {
    if (result < 0) {
      throw new SystemCallException(call, (int) -result);
    }
    return result;
  }

  /** As {@link #check(long, String)}, with what the call was about. */
  public static long check(long result, String call, Object subject) {
    if (result < 0) {
      throw new SystemCallException(call + "(" + subject + ")", (int) -result);
    }
    return result;
  }
}
