package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Commands of the application to its pager: a page of header, then {@link #ENTRIES} entries of 64
 * bytes, then a {@link HintQueueLayout}, an {@link UnmapQueueLayout} and a {@link
 * FaultSampleLayout}. The application fills a FREE entry and makes it ASKED; the pager makes it
 * TAKEN, and DONE when the effect is in the table and the memory file; the application makes it
 * FREE again. An entry that is ASKED or TAKEN is done again by the next pager. The application
 * counts {@code asked} up after it has made the entry ASKED, and rings after that; the pager takes
 * entries in their order, and none whose order is above the count it has read.
 *
 * <pre>
 * header (4096 bytes)              entry (64 bytes)
 *   0 u64 magic "EMPRING\0"          0 u32 state
 *   8 u32 version                    4 u32 operation
 *  12 u32 entries                    8 u64 offset
 *  16 u64 asked (count, only grows) 16 u64 bytes
 *                                   24 u64 argument
 *                                   32 s64 result (0 = done as asked)
 *                                   40 u64 order  (value of asked when it was asked)
 * </pre>
 */
public final class CommandRingLayout {
  /** "EMPRING", little-endian. */
  public static final long MAGIC = 0x00474e4952504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 5;

  /** Entries in a ring. */
  public static final int ENTRIES = 256;

  /** Bytes before the first entry. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of an entry. */
  public static final long ENTRY_BYTES = 64;

  /** Offset of the queue of ranges to unmap. */
  public static final long UNMAPS_AT =
      HEADER_BYTES + ENTRIES * ENTRY_BYTES + HintQueueLayout.QUEUE_BYTES;

  /** Offset of the samples of faults. */
  public static final long SAMPLES_AT = UNMAPS_AT + UnmapQueueLayout.QUEUE_BYTES;

  /** Offset of the queue of hints. */
  public static final long HINTS_AT = HEADER_BYTES + ENTRIES * ENTRY_BYTES;

  /** Bytes of a ring. */
  public static final long RING_BYTES =
      HINTS_AT
          + HintQueueLayout.QUEUE_BYTES
          + UnmapQueueLayout.QUEUE_BYTES
          + FaultSampleLayout.SAMPLES_BYTES;

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 8;

  /** Offset in the header. */
  public static final long ENTRIES_AT = 12;

  /** Offset in the header. */
  public static final long ASKED_AT = 16;

  /** Offset in an entry. */
  public static final long STATE_AT = 0;

  /** Offset in an entry. */
  public static final long OPERATION_AT = 4;

  /** Offset in an entry. */
  public static final long OFFSET_AT = 8;

  /** Offset in an entry. */
  public static final long BYTES_AT = 16;

  /** Offset in an entry. */
  public static final long ARGUMENT_AT = 24;

  /** Offset in an entry. */
  public static final long RESULT_AT = 32;

  /** Offset in an entry. */
  public static final long ORDER_AT = 40;

  /** State: nobody's. */
  public static final int FREE = 0;

  /** State: the pager's to take. */
  public static final int ASKED = 1;

  /** State: under way. */
  public static final int TAKEN = 2;

  /** State: the application's to collect. */
  public static final int DONE = 3;

  /** Forget whole blocks: afterwards they are zero. */
  public static final int DISCARD = 1;

  /** Evict a range. */
  public static final int UNLOAD = 2;

  /** Bring a range in, as a hint: done at once, whatever comes of it. */
  public static final int PREFETCH = 3;

  /**
   * Change the DRAM budget to {@code argument} bytes: done when the resident bytes are within it.
   */
  public static final int RESIZE = 4;

  /** Make no further call on the space; give leases back. */
  public static final int CLOSE = 5;

  /**
   * Expect a range to be used as the {@link io.elasticmemory.Advice} says whose ordinal is {@code
   * argument}: NORMAL, SEQUENTIAL or RANDOM. A hint.
   */
  public static final int ADVISE = 6;

  /** Evict a range as far as that can be done at once, as a hint. */
  public static final int LET_GO = 7;

  /**
   * Keep what is present of a range, which is about to be used: done when nothing of it is on its
   * way out and others leave first. What is absent is asked for, as far as there is room, and not
   * waited for.
   */
  public static final int KEEP = 8;

  /**
   * Bring whole blocks of one stripe in and map them, as if they were read: done with 0 when each
   * has been present and mapped as a whole since it was asked, with 1 when one could not be brought
   * for twice as long as a fault may wait.
   */
  public static final int LOAD = 9;

  /**
   * Make whole blocks of one stripe present, mapped and writable, until UNPIN: done with 0 when all
   * are, with 1 when one could not be for as long as a fault may wait; those before it are pinned.
   * Asked again for what is pinned it does nothing more: the application counts.
   */
  public static final int PIN = 10;

  /** Let whole blocks of one stripe leave again that are pinned; others are left alone. */
  public static final int UNPIN = 11;

  private CommandRingLayout() {}

  /** Writes the header of a new ring, in zeroed memory. */
  public static void format(MemorySegment ring) {
    ring.set(JAVA_INT, VERSION_AT, VERSION);
    ring.set(JAVA_INT, ENTRIES_AT, ENTRIES);
    ring.set(JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /** Offset of an entry in the ring. */
  public static long entryAt(int index) {
    return HEADER_BYTES + index * ENTRY_BYTES;
  }
}
