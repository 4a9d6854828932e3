package io.elasticmemory.alloc;

/**
 * A span cut into cells of one size. A cell is fresh until it is first taken; a fresh one is zero,
 * a freed one holds what its owner left. Freed cells are taken first: they are warm, and few blocks
 * stay in use. Not thread-safe.
 */
final class CellSpan {

  final long offset;
  final long spanBytes;
  final int sizeClass;
  final int cellBytes;

  private final int cells;

  /** A bit for each cell that was taken and freed; made at the first free. */
  private long[] freed = {};

  private int freedCount;

  /** Every word of {@link #freed} before this one is empty. */
  private int freedFrom;

  /** Cells below this one were taken at least once. */
  private int freshFrom;

  CellSpan(long offset, long spanBytes, int sizeClass, int cellBytes) {
    this.offset = offset;
    this.spanBytes = spanBytes;
    this.sizeClass = sizeClass;
    this.cellBytes = cellBytes;
    this.cells = Math.toIntExact(spanBytes / cellBytes);
  }

  int freeCells() {
    return freedCount + cells - freshFrom;
  }

  boolean isFull() {
    return freeCells() == 0;
  }

  boolean isEmpty() {
    return freeCells() == cells;
  }

  /** Whether the cell that {@link #take} gives next may hold what a former owner wrote. */
  boolean nextMustBeZeroed() {
    return freedCount > 0;
  }

  /** Takes a cell of a span that is not full; returns its offset in the space. */
  long take() {
    int cell = freedCount > 0 ? takeFreed() : freshFrom++;
    return offset + (long) cell * cellBytes;
  }

  private int takeFreed() {
    while (freed[freedFrom] == 0) {
      freedFrom++;
    }
    int bit = Long.numberOfTrailingZeros(freed[freedFrom]);
    freed[freedFrom] &= ~(1L << bit);
    freedCount--;
    return freedFrom * Long.SIZE + bit;
  }

  /** Gives a cell back; false if there is no taken cell at this offset. */
  boolean give(long cellOffset) {
    long within = cellOffset - offset;
    long cell = within / cellBytes;
    if (within % cellBytes != 0 || cell >= freshFrom || isFreed((int) cell)) {
      return false;
    }
    if (freed.length == 0) {
      freed = new long[(cells + Long.SIZE - 1) / Long.SIZE];
    }
    int word = (int) cell / Long.SIZE;
    freed[word] |= 1L << cell;
    freedCount++;
    freedFrom = Math.min(freedFrom, word);
    return true;
  }

  private boolean isFreed(int cell) {
    return freed.length > 0 && (freed[cell / Long.SIZE] & 1L << cell) != 0;
  }
}
