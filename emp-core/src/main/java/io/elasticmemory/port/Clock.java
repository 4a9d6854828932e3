package io.elasticmemory.port;

/** Monotonic time. Leases, deadlines and back-off use nothing else. */
@FunctionalInterface
public interface Clock {
  /**
   * Nanoseconds since an arbitrary fixed moment; never goes back; only differences mean anything.
   */
  long nanoTime();

  /** The clock of this machine. */
  static Clock system() {
    return System::nanoTime;
  }
}
