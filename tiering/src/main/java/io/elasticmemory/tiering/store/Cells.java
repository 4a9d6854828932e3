package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.CompressedLayout.CELL_BYTES;
import static io.elasticmemory.wire.CompressedLayout.NEXT_RUN_AT;
import static io.elasticmemory.wire.CompressedLayout.RUN_CELLS_AT;
import static io.elasticmemory.wire.CompressedLayout.RUN_HEADER_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Hands out the cells of compressed memory to pieces of any length. A piece gets one run of cells
 * where there is one, and otherwise as many as it takes, chained: so as long as cells are free, a
 * piece finds room, and nothing is lost to fragmentation but the header of a run and the rest of
 * its last cell.
 *
 * <p>Memory is taken when cells are first used and given back, in whole words of cells, once more
 * of it lies idle than an eighth of all. New cells are taken beyond those used before only when
 * fewer than an eighth of these are free: so what is used stays together.
 */
final class Cells {
  /** Free runs looked at for one that is long enough. */
  private static final int LOOKS_MAX = 8;

  /** Words of cells for which memory is taken at a time: 256 KiB. */
  private static final int RESERVE_WORDS = 32;

  /** Words of cells by which the part in use grows: 1 MiB. */
  private static final int GROW_WORDS = 128;

  /** Words of cells that may lie idle, and the part of those in memory. */
  private static final long IDLE_WORDS = 128;

  private static final int IDLE_PART = 8;

  /** Words looked at in one step of giving memory back. */
  private static final int SWEEP_WORDS = 64;

  static final long WORD_BYTES = (long) CellMap.WORD_CELLS * CELL_BYTES;

  private final SharedMemory file;
  private final MemorySegment part;
  private final long partAt;
  private final long cellsAt;
  private final CellMap map;

  /** A bit for each word of cells that is in memory. */
  private final MemorySegment resident;

  private final long words;
  private long residentWords;

  /** Words in memory of which no cell is taken. */
  private long idleWords;

  /** Cells below have been used; those above never, or not for long. */
  private long frontier;

  private long cursor;
  private long sweep;

  /** Cells of a part of a memory file, all of them free. */
  Cells(
      SharedMemory file,
      long partAt,
      long partBytes,
      long cellsAt,
      long cells,
      LongFunction<MemorySegment> privateMemory) {
    this.file = file;
    this.partAt = partAt;
    this.cellsAt = cellsAt;
    part = file.segment().asSlice(partAt, partBytes);
    // Only whole words: the memory of a word is taken and given back as one.
    words = cells / CellMap.WORD_CELLS;
    map = new CellMap(words * CellMap.WORD_CELLS, privateMemory);
    resident = privateMemory.apply(8 * ((words + 63) >>> 6));
  }

  /** Runs that a piece can need at most, when every free cell stands alone. */
  static int runsMax(int bytes) {
    int payload = CELL_BYTES - RUN_HEADER_BYTES;
    return (bytes + payload - 1) / payload;
  }

  /** Bytes of pieces for which there is room, in the worst case. */
  long roomBytes() {
    return map.free() * (CELL_BYTES - RUN_HEADER_BYTES);
  }

  long takenBytes() {
    return (map.cells() - map.free()) * CELL_BYTES;
  }

  long residentBytes() {
    return residentWords * WORD_BYTES;
  }

  /**
   * Stores bytes.
   *
   * @return the first cell, or {@link CellMap#NONE} if there is no room or no memory
   */
  long store(MemorySegment from, int bytes) {
    if (map.free() < runsMax(bytes) || !makeRoom(runsMax(bytes))) {
      return CellMap.NONE;
    }
    long run = findRun(cellsFor(bytes));
    if (run == CellMap.NONE) {
      return storeChained(from, bytes);
    }
    int count = cellsFor(bytes);
    if (!take(run, count)) {
      return CellMap.NONE;
    }
    fill(run, count, from, 0, bytes);
    end(run);
    return run;
  }

  private static int cellsFor(int bytes) {
    return (bytes + RUN_HEADER_BYTES + CELL_BYTES - 1) / CELL_BYTES;
  }

  /** Grows the part in use if it is nearly full. */
  private boolean makeRoom(int cells) {
    long taken = map.cells() - map.free();
    long freeBelow = frontier - taken;
    if (freeBelow < cells || freeBelow < frontier / IDLE_PART) {
      long grown = Math.min(map.cells(), frontier + (long) GROW_WORDS * CellMap.WORD_CELLS);
      if (grown > frontier) {
        cursor = frontier;
        frontier = grown;
      }
    }
    return frontier - taken >= cells;
  }

  /** A free run of {@code count} cells among the next few, or NONE. */
  private long findRun(int count) {
    long at = cursor;
    for (int look = 0; look < LOOKS_MAX; look++) {
      long cell = map.nextFree(at);
      if (cell == CellMap.NONE || cell >= frontier) {
        if (at == 0) {
          return CellMap.NONE;
        }
        at = 0;
        continue;
      }
      int run = runWithin(cell, count);
      if (run == count) {
        return cell;
      }
      at = cell + run;
    }
    return CellMap.NONE;
  }

  private int runWithin(long cell, int most) {
    return map.run(cell, (int) Math.min(most, frontier - cell));
  }

  private long storeChained(MemorySegment from, int bytes) {
    long first = CellMap.NONE;
    long last = CellMap.NONE;
    int done = 0;
    while (done < bytes) {
      long cell = map.nextFree(cursor);
      if (cell == CellMap.NONE || cell >= frontier) {
        cell = map.nextFree(0);
      }
      int count = runWithin(cell, cellsFor(bytes - done));
      if (!take(cell, count)) {
        forget(first);
        return CellMap.NONE;
      }
      int here = Math.min(bytes - done, count * CELL_BYTES - RUN_HEADER_BYTES);
      fill(cell, count, from, done, here);
      end(cell);
      if (last == CellMap.NONE) {
        first = cell;
      } else {
        part.set(JAVA_INT, at(last) + NEXT_RUN_AT, (int) cell);
      }
      last = cell;
      done += here;
    }
    return first;
  }

  private long at(long cell) {
    return cellsAt + cell * CELL_BYTES;
  }

  private boolean take(long first, int count) {
    long firstWord = first >>> 6;
    long lastWord = (first + count - 1) >>> 6;
    for (long word = firstWord; word <= lastWord; word++) {
      if (!isResident(word) && !reserve(word)) {
        return false;
      }
    }
    for (long word = firstWord; word <= lastWord; word++) {
      idleWords -= map.isWordFree(word) ? 1 : 0;
    }
    map.take(first, count);
    cursor = first + count;
    return true;
  }

  private boolean isResident(long word) {
    return (resident.get(JAVA_LONG, word >>> 6 << 3) & 1L << word) != 0;
  }

  private void flipResident(long word) {
    long at = word >>> 6 << 3;
    resident.set(JAVA_LONG, at, resident.get(JAVA_LONG, at) ^ 1L << word);
  }

  /** Takes memory for a word and for those behind it that will be used soon. */
  private boolean reserve(long word) {
    long end = word + 1;
    while (end - word < RESERVE_WORDS && end << 6 < frontier && !isResident(end)) {
      end++;
    }
    if (!file.reserve(partAt + cellsAt + word * WORD_BYTES, (end - word) * WORD_BYTES)) {
      return false;
    }
    for (long taken = word; taken < end; taken++) {
      flipResident(taken);
      idleWords++;
    }
    residentWords += end - word;
    return true;
  }

  private void fill(long cell, int count, MemorySegment from, long fromAt, int bytes) {
    part.set(JAVA_INT, at(cell) + RUN_CELLS_AT, count);
    MemorySegment.copy(from, fromAt, part, at(cell) + RUN_HEADER_BYTES, bytes);
  }

  private void end(long cell) {
    part.set(JAVA_INT, at(cell) + NEXT_RUN_AT, -1);
  }

  /**
   * Collects what was stored from {@code first} on.
   *
   * @return false if the chain is not one of {@code bytes} bytes: nothing outside the cells is read
   */
  boolean collect(long first, MemorySegment into, int bytes) {
    long cell = first;
    int done = 0;
    while (done < bytes) {
      int count = countOf(cell, bytes - done);
      if (count == 0) {
        return false;
      }
      int here = Math.min(bytes - done, count * CELL_BYTES - RUN_HEADER_BYTES);
      MemorySegment.copy(part, at(cell) + RUN_HEADER_BYTES, into, done, here);
      done += here;
      cell = Integer.toUnsignedLong(part.get(JAVA_INT, at(cell) + NEXT_RUN_AT));
    }
    return true;
  }

  /** Cells of the run at {@code cell}, 0 if there can be no such run. */
  private int countOf(long cell, int bytesLeft) {
    if (cell < 0 || cell >= map.cells()) {
      return 0;
    }
    int count = part.get(JAVA_INT, at(cell) + RUN_CELLS_AT);
    boolean fits = count > 0 && count <= cellsFor(bytesLeft) && count <= map.cells() - cell;
    return fits ? count : 0;
  }

  /** Gives the cells of a piece back. */
  void forget(long first, int bytes) {
    long cell = first;
    for (int done = 0; done < bytes; ) {
      int count = countOf(cell, bytes - done);
      if (count == 0) {
        throw new IllegalStateException("compressed memory is damaged: no run at cell " + cell);
      }
      done += count * CELL_BYTES - RUN_HEADER_BYTES;
      cell = give(cell, count);
    }
  }

  /** Gives the cells of an unfinished chain back. */
  private void forget(long first) {
    long cell = first;
    while (cell != CellMap.NONE && cell != 0xffff_ffffL) {
      cell = give(cell, part.get(JAVA_INT, at(cell) + RUN_CELLS_AT));
    }
  }

  /** Gives a run back; returns the first cell of the next one. */
  private long give(long cell, int count) {
    long next = Integer.toUnsignedLong(part.get(JAVA_INT, at(cell) + NEXT_RUN_AT));
    map.give(cell, count);
    for (long word = cell >>> 6; word <= (cell + count - 1) >>> 6; word++) {
      idleWords += map.isWordFree(word) ? 1 : 0;
    }
    return next;
  }

  /**
   * Takes note of a piece that an earlier pager stored.
   *
   * @return false if its chain is not one of {@code bytes} bytes of cells nobody else has
   */
  boolean adopt(long first, int bytes) {
    long cell = first;
    for (int done = 0; done < bytes; ) {
      int count = countOf(cell, bytes - done);
      if (count == 0 || map.run(cell, count) < count) {
        return false;
      }
      frontier = Math.min(map.cells(), Math.max(frontier, (cell + count + 63) & -64));
      if (!take(cell, count)) {
        return false;
      }
      done += count * CELL_BYTES - RUN_HEADER_BYTES;
      cell = Integer.toUnsignedLong(part.get(JAVA_INT, at(cell) + NEXT_RUN_AT));
    }
    return true;
  }

  /** True if so much memory lies idle that some should be given back. */
  boolean isWasteful() {
    return idleWords > IDLE_WORDS && idleWords > residentWords / IDLE_PART;
  }

  /** Gives memory back that lies idle, a bounded part of it: from the end of what is used down. */
  void trim() {
    long word = sweep;
    for (int looked = 0; looked < SWEEP_WORDS && isWasteful(); looked++) {
      word = word <= 0 ? (frontier + 63) >>> 6 : word;
      word--;
      if (isIdle(word)) {
        long end = word + 1;
        while (word > 0 && end - word < RESERVE_WORDS && isIdle(word - 1)) {
          word--;
        }
        punch(word, end);
      }
    }
    sweep = word;
    lowerFrontier();
  }

  private boolean isIdle(long word) {
    return isResident(word) && map.isWordFree(word);
  }

  private void punch(long from, long to) {
    file.punch(partAt + cellsAt + from * WORD_BYTES, (to - from) * WORD_BYTES);
    for (long word = from; word < to; word++) {
      flipResident(word);
    }
    residentWords -= to - from;
    idleWords -= to - from;
  }

  private void lowerFrontier() {
    long word = (frontier + 63) >>> 6;
    for (int i = 0; i < SWEEP_WORDS && word > 0 && !isResident(word - 1); i++) {
      word--;
    }
    frontier = Math.min(frontier, word << 6);
    cursor = Math.min(cursor, frontier);
  }
}
