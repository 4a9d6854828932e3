package io.elasticmemory.port;

/**
 * Ties this process' life to whoever holds {@link #otherEnd}: when the last copy of that end
 * closes, the kernel kills this process at once, whatever its threads are doing. Nothing is ever
 * sent on it: a byte would kill too.
 */
public interface Lifeline extends AutoCloseable {
  /** The end to hand to the pager. Close it here once the pager has it. */
  Handle otherEnd();

  /** From now on the loss of the other end kills. */
  void arm();

  /** Lets go again: the loss of the other end is harmless from now on. */
  void disarm();

  /** Disarms and closes. */
  @Override
  void close();
}
