package io.elasticmemory.alloc;

import java.util.Arrays;

/**
 * The sizes of cells: 16, 32, 48, 64 bytes, then four to each doubling, up to half a block. So
 * rounding up costs at most 15 bytes or a fifth of the cell, and every power of two is a size.
 */
final class SizeClasses {

  /** No cell is large enough, or aligned enough. */
  static final int NONE = -1;

  /** Smaller cells would need more book-keeping than they hold. */
  static final int CELL_BYTES_MIN = 16;

  /**
   * A span of cells has at least this many bytes if there is room, because each costs an object:
   * spans of 4 KiB blocks would cost one for every two largest cells.
   */
  private static final int SPAN_BYTES_MIN = 64 << 10;

  private static final int CLASSES_PER_DOUBLING = 4;

  /** At most this part of a span may be too short for a further cell. */
  private static final int TAIL_PART = 8;

  private final int blockBytes;
  private final int[] cellBytes;

  SizeClasses(int blockBytes) {
    this.blockBytes = blockBytes;
    this.cellBytes = sizesUpTo(blockBytes / 2);
  }

  private static int[] sizesUpTo(int cellBytesMax) {
    int[] sizes = new int[CLASSES_PER_DOUBLING * Integer.SIZE];
    int count = 0;
    int step = CELL_BYTES_MIN;
    for (int size = CELL_BYTES_MIN; size <= cellBytesMax; size += step) {
      sizes[count++] = size;
      step = Math.max(CELL_BYTES_MIN, Integer.highestOneBit(size) / CLASSES_PER_DOUBLING);
    }
    return Arrays.copyOf(sizes, count);
  }

  int count() {
    return cellBytes.length;
  }

  int cellBytes(int sizeClass) {
    return cellBytes[sizeClass];
  }

  /**
   * The class with the smallest cells that hold {@code bytes} and are all aligned, or {@link #NONE}
   * if that takes a span of its own.
   *
   * @param bytes at least 1
   * @param alignment a power of two
   */
  int find(long bytes, long alignment) {
    int largest = cellBytes[cellBytes.length - 1];
    if (bytes > largest || alignment > largest) {
      return NONE;
    }
    int found = Arrays.binarySearch(cellBytes, (int) bytes);
    int sizeClass = found >= 0 ? found : -found - 1;
    while (!isAligned(sizeClass, alignment)) {
      sizeClass++;
    }
    return sizeClass;
  }

  /** Whether every cell of the class is aligned, given that spans begin at a block. */
  boolean isAligned(int sizeClass, long alignment) {
    return cellBytes[sizeClass] % alignment == 0;
  }

  /** How long a span of such cells should be: whole blocks, with little left over at its end. */
  int spanBytes(int sizeClass) {
    int unit = Math.max(blockBytes, SPAN_BYTES_MIN);
    int bytes = unit;
    // Ends at the fourth unit: what is left over is less than a cell, which is at most half a unit.
    while (bytes % cellBytes[sizeClass] > bytes / TAIL_PART) {
      bytes += unit;
    }
    return bytes;
  }
}
