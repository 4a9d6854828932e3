package io.elasticmemory.port.verbs;

/**
 * A queue pair that moves messages, too: they land where the receiving side has given room for
 * them, in the order in which both were handed over. Paging does without; programs for other
 * interfaces of RDMA need it.
 *
 * <p>Sends count as operations, in the same slots and order. Room has places of its own: one is
 * taken until its message, or its bad end, has been reported.
 */
public interface MessageQueuePair extends QueuePair {
  /** Messages there can be room for at a time. */
  int receives();

  /**
   * Prepares a message. It waits, and all behind it, until the other side has room for it; if that
   * is too small both queue pairs fail.
   *
   * @param mark comes back with its end, when the other side has it
   * @param reported whether its good end is reported; a bad one always is
   * @param bytes at least 1
   */
  void send(long mark, boolean reported, MemoryRegion from, long offset, int bytes);

  /**
   * Gives room for a message, at once; also before the connection stands. What came is reported as
   * {@link CompletionQueue.Completed#received}.
   *
   * @param bytes at least 1
   * @return false if the device does not take it: more than {@link #receives}, or ended
   */
  boolean receive(long mark, MemoryRegion into, long offset, int bytes);
}
