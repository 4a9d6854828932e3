package io.elasticmemory.port.verbs;

/**
 * The work of a connection. Operations are prepared one by one and handed to the device together,
 * with one call; they begin in that order, and writes land in it.
 *
 * <p>What binds its user, because devices do not check it, or not all of them:
 *
 * <ul>
 *   <li>At most {@link #slots} operations are handed over and not reclaimed. An operation is
 *       reclaimed when it, or a later one that asked to be reported, has been reported.
 *   <li>So the last operation that is handed over asks to be reported, and one in each quarter of
 *       the slots.
 *   <li>The memory of an operation is the device's until the operation has been reported, or a
 *       later one, or the endpoint was closed. Only of a write of at most {@link #inlineBytes} it
 *       is the caller's again after {@link #post}.
 *   <li>Remote words of atomic operations are aligned to 8 bytes, and nobody but queue pairs of the
 *       same device changes them.
 * </ul>
 *
 * <p>Used by one thread, allocates nothing.
 */
public interface QueuePair {
  /** Operations under way at most. */
  int slots();

  /** Writes up to that size travel within their request. */
  int inlineBytes();

  /**
   * Prepares a read of remote bytes.
   *
   * @param mark comes back with its end
   * @param reported whether its good end is reported; a bad one always is
   * @param into a region of this side
   * @param offset in that region
   * @param bytes at least 1
   * @param address of the remote bytes, as their region says
   * @param key of their region
   */
  void read(
      long mark,
      boolean reported,
      MemoryRegion into,
      long offset,
      int bytes,
      long address,
      int key);

  /** Prepares a write of remote bytes; as a read, the other way. */
  void write(
      long mark,
      boolean reported,
      MemoryRegion from,
      long offset,
      int bytes,
      long address,
      int key);

  /**
   * Prepares: if the remote word is {@code expected} it becomes {@code wanted}. Always reported;
   * what the word was before is then in the local one.
   *
   * @param into receives 8 bytes at {@code offset}
   */
  void compareAndSwap(
      long mark, MemoryRegion into, long offset, long address, int key, long expected, long wanted);

  /** Prepares: adds to the remote word. As a compare-and-swap otherwise. */
  void fetchAndAdd(long mark, MemoryRegion into, long offset, long address, int key, long addend);

  /**
   * Hands over what is prepared.
   *
   * @return false if the device did not take all of it: the queue pair is of no use any more. What
   *     it took may be reported or not; its endpoint is to be closed
   */
  boolean post();

  /** Fails it: what is under way ends, as FLUSHED or as it may, and is reported. */
  void fail();
}
