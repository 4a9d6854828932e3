package io.elasticmemory.ffm.doctor;

import java.util.function.LongSupplier;

/**
 * One access to a paged address by a thread of its own, inside a downcall: a thread that waits for
 * a page there holds up no safepoint, so the thread that brings the page can run.
 */
final class Touch {
  private final Thread thread;
  private volatile long result;

  private Touch(LongSupplier access) {
    thread = Thread.ofPlatform().daemon().name("emp-self-test").unstarted(() -> run(access));
  }

  static Touch start(LongSupplier access) {
    Touch touch = new Touch(access);
    touch.thread.start();
    return touch;
  }

  private void run(LongSupplier access) {
    result = access.getAsLong();
  }

  /** Waits for the end of the access; false if it has not come within the time. */
  boolean ended(long timeoutMillis) {
    boolean interrupted = false;
    try {
      return join(timeoutMillis);
    } catch (InterruptedException e) {
      interrupted = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean join(long timeoutMillis) throws InterruptedException {
    thread.join(timeoutMillis);
    return !thread.isAlive();
  }

  /** What the access returned. */
  long result() {
    return result;
  }
}
