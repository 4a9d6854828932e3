package io.elasticmemory.wire;

/**
 * Ranges that the pager wants to be unmapped but kept, so that the next touch of each is a fault:
 * the third part of a command ring. The pager fills the entry after the last one and raises {@code
 * asked}, if that is less than {@link #ENTRIES} ahead of {@code done}, and forgets the wish
 * otherwise; the application's control thread unmaps the ranges in this order and raises {@code
 * done}. Neither waits for the other, but the answer of a PIN for those about its blocks. An entry
 * may be executed at any time until {@code done} is beyond it or the space is closed, whatever has
 * become of its range.
 *
 * <pre>
 * header (4096 bytes)                    then 1024 entries of 16 bytes
 *   0 u64 asked (only grows)               0 u64 offset in the space
 *  64 u64 done  (only grows)               8 u64 bytes
 * </pre>
 */
public final class UnmapQueueLayout {
  /** Entries in a queue, a power of two. */
  public static final int ENTRIES = 1024;

  /** Bytes before the first entry. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of an entry. */
  public static final long ENTRY_BYTES = 16;

  /** Bytes of a queue. */
  public static final long QUEUE_BYTES = HEADER_BYTES + ENTRIES * ENTRY_BYTES;

  /** Offset in the queue. */
  public static final long ASKED_AT = 0;

  /** Offset in the queue, on a cache line of its own. */
  public static final long DONE_AT = 64;

  /** Offset in an entry. */
  public static final long OFFSET_AT = 0;

  /** Offset in an entry. */
  public static final long BYTES_AT = 8;

  private UnmapQueueLayout() {}

  /** Offset of the entry with this number, counted since the queue was made. */
  public static long entryAt(long number) {
    return HEADER_BYTES + (number & ENTRIES - 1) * ENTRY_BYTES;
  }
}
