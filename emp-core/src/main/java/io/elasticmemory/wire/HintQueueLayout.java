package io.elasticmemory.wire;

/**
 * Places that the application will read soon: the second part of a command ring, without answers.
 * Any thread of the application claims a cell by raising the tail, if it is less than {@link
 * #CELLS} ahead of the head, and then fills it; the pager empties the cell at the head and raises
 * the head. So whoever finds the queue full forgets the hint, and a cell that was claimed but is
 * not filled yet holds the pager up only as long as that takes.
 *
 * <pre>
 * header (4096 bytes)                    then 1024 cells of 8 bytes
 *   0 u64 head (emptied, only grows)       0     empty
 *  64 u64 tail (claimed, only grows)       n + 1 the subblock with byte n of the space
 * </pre>
 */
public final class HintQueueLayout {
  /** Cells in a queue, a power of two. */
  public static final int CELLS = 1024;

  /** Bytes before the first cell. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of a queue. */
  public static final long QUEUE_BYTES = HEADER_BYTES + (long) CELLS * Long.BYTES;

  /** Offset in the queue. */
  public static final long HEAD_AT = 0;

  /** Offset in the queue, on a cache line of its own. */
  public static final long TAIL_AT = 64;

  /** What an empty cell holds. */
  public static final long EMPTY = 0;

  private HintQueueLayout() {}

  /** Offset of the cell with this number, counted since the queue was made. */
  public static long cellAt(long number) {
    return HEADER_BYTES + (number & CELLS - 1) * Long.BYTES;
  }
}
