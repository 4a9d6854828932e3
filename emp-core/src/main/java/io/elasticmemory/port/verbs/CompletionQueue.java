package io.elasticmemory.port.verbs;

import io.elasticmemory.port.Pollable;

/**
 * Where ended operations are found. Readable, as a {@link Pollable}, when something has ended since
 * {@link #arm}. Used by one thread, that of its queue pairs; polling allocates nothing.
 */
public interface CompletionQueue extends Pollable, AutoCloseable {
  /**
   * Reports what has ended and not what ends meanwhile, in order for each queue pair: first those
   * operations that asked for it, and every one that failed.
   *
   * @param most the others are left for next time
   * @return how many were reported
   */
  int poll(int most, Completed sink);

  /**
   * Makes the queue readable at the next end of an operation. What has ended before does not count:
   * poll once more after this, then wait.
   */
  void arm();

  /** Takes what has made it readable; it stays so until this was called. */
  void disarm();

  @Override
  void close();

  /** Receives ended operations. */
  @FunctionalInterface
  interface Completed {
    /**
     * An operation has ended, and so have all that its queue pair was given before it: those that
     * were not reported, well.
     *
     * @param mark as it was given with the operation
     */
    void completed(long mark, WorkStatus status);

    /**
     * A message has come, into the room that has this mark. Room that gets none, because its queue
     * pair fails, is reported as an operation.
     *
     * @param bytes of the message, which may be less than there was room for
     */
    default void received(long mark, int bytes) {
      completed(mark, WorkStatus.SUCCESS);
    }
  }
}
