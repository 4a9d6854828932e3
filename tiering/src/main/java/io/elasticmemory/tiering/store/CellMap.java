package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Which cells are taken: a bit for each, and above them bits that say which words are full, so that
 * the next free cell is found in a step or two for each level. Lives in memory that costs nothing
 * until it is touched; all cells are free at first.
 */
final class CellMap {
  /** Cells of a word of the lowest level. */
  static final int WORD_CELLS = 64;

  /** There is no such cell. */
  static final long NONE = -1;

  private static final int LEVELS_MAX = 6;

  private final MemorySegment[] levels;
  private final long cells;
  private long free;

  CellMap(long cells, LongFunction<MemorySegment> privateMemory) {
    this.cells = cells;
    MemorySegment[] made = new MemorySegment[LEVELS_MAX];
    int count = 0;
    for (long bits = cells; count == 0 || bits > 1; count++) {
      long words = (bits + 63) >>> 6;
      made[count] = privateMemory.apply(8 * words);
      endAt(made[count], bits);
      bits = words;
    }
    levels = new MemorySegment[count];
    System.arraycopy(made, 0, levels, 0, count);
    free = cells;
  }

  /** What is behind the last cell is never free. */
  private static void endAt(MemorySegment level, long bits) {
    if ((bits & 63) != 0) {
      level.set(JAVA_LONG, bits >>> 6 << 3, -1L << bits);
    }
  }

  long cells() {
    return cells;
  }

  /** Cells that are free. */
  long free() {
    return free;
  }

  private long word(int level, long index) {
    return levels[level].get(JAVA_LONG, index << 3);
  }

  /** True if none of the 64 cells of a word is taken. */
  boolean isWordFree(long index) {
    return word(0, index) == 0;
  }

  /** First free cell from {@code from} on, or {@link #NONE}. */
  long nextFree(long from) {
    long at = from;
    for (int level = 0; level < levels.length; level++) {
      long index = at >>> 6;
      if (index << 3 >= levels[level].byteSize()) {
        return NONE;
      }
      long rest = ~word(level, index) & -1L << at;
      if (rest != 0) {
        return descend(level, (index << 6) + Long.numberOfTrailingZeros(rest));
      }
      at = index + 1;
    }
    return NONE;
  }

  private long descend(int level, long bit) {
    long at = bit;
    for (int below = level - 1; below >= 0; below--) {
      at = (at << 6) + Long.numberOfTrailingZeros(~word(below, at));
    }
    return at;
  }

  /** Free cells one behind the other from {@code cell} on, counted to {@code most}. */
  int run(long cell, int most) {
    int count = 0;
    while (count < most && cell + count < cells) {
      long at = cell + count;
      long taken = word(0, at >>> 6) >>> at;
      int room = WORD_CELLS - (int) (at & 63);
      int here = taken == 0 ? room : Math.min(room, Long.numberOfTrailingZeros(taken));
      count += here;
      if (here < room) {
        break;
      }
    }
    return (int) Math.min(Math.min(count, most), cells - cell);
  }

  /** Takes free cells. */
  void take(long first, int count) {
    flip(first, count, false);
    free -= count;
  }

  /** Gives taken cells back. */
  void give(long first, int count) {
    flip(first, count, true);
    free += count;
  }

  private void flip(long first, int count, boolean expected) {
    long end = first + count;
    if (first < 0 || count <= 0 || end > cells) {
      throw new IllegalStateException("cells " + first + " to " + (end - 1) + " of " + cells);
    }
    for (long at = first; at < end; at = (at | 63) + 1) {
      long until = Math.min(end, (at | 63) + 1);
      long mask = -1L << at & -1L >>> -until;
      long before = word(0, at >>> 6);
      if ((before & mask) != (expected ? mask : 0)) {
        throw new IllegalStateException(
            "cells " + at + " to " + (until - 1) + (expected ? " are not taken" : " are taken"));
      }
      set(0, at >>> 6, before, before ^ mask);
    }
  }

  private void set(int level, long index, long before, long after) {
    levels[level].set(JAVA_LONG, index << 3, after);
    boolean changed = (before == -1L) != (after == -1L);
    if (changed && level + 1 < levels.length) {
      long above = word(level + 1, index >>> 6);
      set(level + 1, index >>> 6, above, above ^ 1L << index);
    }
  }
}
