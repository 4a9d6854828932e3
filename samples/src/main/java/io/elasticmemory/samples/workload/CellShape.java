package io.elasticmemory.samples.workload;

/**
 * How a workload cuts its memory: cells of {@code cellBytes} at the start of every {@code
 * strideBytes}. A cell is what is written and checked at once, and has one version.
 *
 * @param cellBytes a multiple of 8
 * @param strideBytes at least {@code cellBytes}, a multiple of 8
 */
public record CellShape(int cellBytes, int strideBytes) {
  /** Every word of the memory, a cache line at a time. */
  public static final CellShape EVERY_WORD = new CellShape(64, 64);

  /** One word in each page. */
  public static final CellShape WORD_PER_PAGE = new CellShape(8, 4096);

  /** Every word, a page at a time. */
  public static final CellShape PAGE = new CellShape(4096, 4096);

  public CellShape {
    if (cellBytes <= 0 || cellBytes % 8 != 0 || strideBytes % 8 != 0 || strideBytes < cellBytes) {
      throw new IllegalArgumentException("cell " + cellBytes + ", stride " + strideBytes);
    }
  }

  /** Cells in so many bytes. */
  public long cellCount(long bytes) {
    return bytes / strideBytes;
  }

  /** Words in a cell. */
  public int words() {
    return cellBytes / 8;
  }
}
