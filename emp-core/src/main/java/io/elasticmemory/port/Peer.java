package io.elasticmemory.port;

import java.util.OptionalInt;

/** Another process, held by a descriptor that never names a later process with the same number. */
public interface Peer extends Pollable, AutoCloseable {
  /** Its process id. */
  long pid();

  /** False once it has ended. A poller reports READ when it ends. */
  boolean isAlive();

  /** Waits until it has ended; false if it has not, after so long. */
  boolean awaitEnd(long timeoutMillis);

  /** True while it stands still because of a signal (SIGSTOP), until another one wakes it. */
  boolean isStopped();

  /**
   * True while it ends and some thread of it does not, because it waits in the kernel for something
   * that no signal interrupts. What it had open stays open meanwhile.
   */
  boolean isStuck();

  /**
   * How it ended, in the form of wait(2): the number of the signal that ended it, or 256 times its
   * exit code.
   *
   * @return empty before it has ended and its parent knows, and on kernels before 6.15
   */
  OptionalInt waitStatus();

  /** Ends it at once (SIGKILL). Harmless if it has ended. */
  void kill();

  @Override
  void close();
}
