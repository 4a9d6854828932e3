package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The block table as its one writer uses it: every change is a single aligned store that leads from
 * one legal entry to another with the same contents for the application.
 */
final class BlockTable {
  /** Called after each store, with the block; the simulation adopts the space there. */
  @FunctionalInterface
  interface Watch {
    void stored(int block);
  }

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final MemorySegment table;
  private final Geometry geometry;
  private final long entryBytes;
  private final long marksAt;
  private final int markBytes;
  private final boolean hasShortMask;
  private final Watch watch;

  /** That of this pager. */
  private final long epoch;

  /**
   * A table that came from another process.
   *
   * @throws IllegalArgumentException if it is none, or of another geometry
   */
  static BlockTable of(MemorySegment table, Geometry geometry) {
    Geometry found = BlockTableLayout.check(table);
    if (!found.equals(geometry)) {
      throw new IllegalArgumentException("the table is for " + found + ", not for " + geometry);
    }
    return new BlockTable(table, geometry, block -> {});
  }

  BlockTable(MemorySegment table, Geometry geometry, Watch watch) {
    this.table = table;
    this.geometry = geometry;
    this.entryBytes = BlockTableLayout.entryBytes(geometry);
    this.marksAt = BlockTableLayout.marksAt(geometry);
    this.markBytes = BlockTableLayout.markBytes(geometry);
    this.hasShortMask = BlockTableLayout.hasShortMask(geometry);
    this.watch = watch;
    epoch = table.get(JAVA_LONG, BlockTableLayout.EPOCH_AT);
  }

  /** Which pager of the space this one is; the first is 1. */
  long epoch() {
    return epoch;
  }

  /**
   * Invariant 12: nothing outside is changed by a pager that another has replaced.
   *
   * @throws SupersededException if there is a newer one
   */
  void requireEpoch() {
    long newest = table.get(JAVA_LONG, BlockTableLayout.EPOCH_AT);
    if (newest != epoch) {
      throw new SupersededException(epoch, newest);
    }
  }

  /** The DRAM budget of the space is another from now on. */
  void budgetBytes(long bytes) {
    LONG.setVolatile(table, BlockTableLayout.BUDGET_BYTES_AT, bytes);
  }

  long spaceIdHigh() {
    return table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_HIGH_AT);
  }

  long spaceIdLow() {
    return table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_LOW_AT);
  }

  /** Where in the table the block's entry begins; of the first block after the last, its end. */
  long entry(int block) {
    return BlockTableLayout.HEADER_BYTES + block * entryBytes;
  }

  /** The block whose entry has that byte of the table. */
  int blockAt(long at) {
    return (int) ((at - BlockTableLayout.HEADER_BYTES) / entryBytes);
  }

  long word(int block) {
    return table.get(JAVA_LONG, entry(block) + BlockTableLayout.WORD_AT);
  }

  void word(int block, long word) {
    LONG.setVolatile(table, entry(block) + BlockTableLayout.WORD_AT, word);
    watch.stored(block);
  }

  void activity(int block, int activity) {
    word(block, BlockWord.withActivity(word(block), activity));
  }

  /** Names the slot a move of the block goes to, in the form of a word. */
  void target(int block, long target) {
    long at = BlockTableLayout.MOVES_AT;
    for (int i = 0; i < BlockTableLayout.MOVES_MAX; i++, at += BlockTableLayout.MOVE_BYTES) {
      // Other shards look for a free one as well.
      if (LONG.compareAndSet(table, at + BlockTableLayout.MOVE_BLOCK_AT, 0L, block + 1L)) {
        LONG.setVolatile(table, at + BlockTableLayout.MOVE_TARGET_AT, target);
        watch.stored(block);
        return;
      }
    }
    throw new IllegalStateException("more than " + BlockTableLayout.MOVES_MAX + " moves");
  }

  /** The block that one of the {@link BlockTableLayout#MOVES_MAX} moves is of, or -1. */
  int moving(int move) {
    long at = BlockTableLayout.MOVES_AT + move * BlockTableLayout.MOVE_BYTES;
    return (int) table.get(JAVA_LONG, at + BlockTableLayout.MOVE_BLOCK_AT) - 1;
  }

  /** The block is not moving any more. */
  void removeTarget(int block) {
    long at = BlockTableLayout.MOVES_AT;
    for (int i = 0; i < BlockTableLayout.MOVES_MAX; i++, at += BlockTableLayout.MOVE_BYTES) {
      if (table.get(JAVA_LONG, at + BlockTableLayout.MOVE_BLOCK_AT) == block + 1L) {
        LONG.setVolatile(table, at + BlockTableLayout.MOVE_TARGET_AT, 0L);
        LONG.setVolatile(table, at + BlockTableLayout.MOVE_BLOCK_AT, 0L);
      }
    }
    watch.stored(block);
  }

  boolean isStored(int block, int subblock) {
    return (storedWord(block, subblock >>> 6) & 1L << subblock) != 0;
  }

  private long storedWord(int block, int index) {
    long at = storedAt(block, index);
    return hasShortMask
        ? Integer.toUnsignedLong(table.get(JAVA_INT, at))
        : table.get(JAVA_LONG, at);
  }

  /** Reads the stored bits. */
  void stored(int block, Mask into) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      into.word(i, storedWord(block, i));
    }
  }

  boolean hasStored(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (storedWord(block, i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Sets bits: their slot holds their last bytes, in every copy, under their marks. */
  void addStored(int block, Mask subblocks) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (subblocks.word(i) != 0) {
        storeStored(block, i, storedWord(block, i) | subblocks.word(i));
      }
    }
  }

  void removeStored(int block, int subblock) {
    long now = storedWord(block, subblock >>> 6);
    storeStored(block, subblock >>> 6, now & ~(1L << subblock));
  }

  void removeAllStored(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (storedWord(block, i) != 0) {
        storeStored(block, i, 0);
      }
    }
  }

  private void storeStored(int block, int index, long bits) {
    if (hasShortMask) {
      INT.setVolatile(table, storedAt(block, index), (int) bits);
    } else {
      LONG.setVolatile(table, storedAt(block, index), bits);
    }
    watch.stored(block);
  }

  private long storedAt(int block, int index) {
    return entry(block) + BlockTableLayout.STORED_AT + 8L * index;
  }

  /** True if the subblock's bytes may be those with this checksum. */
  boolean hasMark(int block, int subblock, int checksum) {
    long at = markAt(block, subblock);
    if (markBytes == Integer.BYTES) {
      return table.get(JAVA_INT, at) == checksum;
    }
    return table.get(JAVA_BYTE, at) == (byte) checksum
        && table.get(JAVA_BYTE, at + 1) == (byte) (checksum >>> 8)
        && table.get(JAVA_BYTE, at + 2) == (byte) (checksum >>> 16);
  }

  /** Writes the mark of a subblock that is not stored; it counts once the bit is set. */
  void mark(int block, int subblock, int checksum) {
    long at = markAt(block, subblock);
    if (markBytes == Integer.BYTES) {
      table.set(JAVA_INT, at, checksum);
      return;
    }
    table.set(JAVA_BYTE, at, (byte) checksum);
    table.set(JAVA_BYTE, at + 1, (byte) (checksum >>> 8));
    table.set(JAVA_BYTE, at + 2, (byte) (checksum >>> 16));
  }

  private long markAt(int block, int subblock) {
    return entry(block) + marksAt + (long) markBytes * subblock;
  }
}
