package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The block table as its one writer uses it: every change is a single aligned 8-byte store that
 * leads from one legal entry to another with the same contents for the application.
 */
final class BlockTable {
  /** Called after each store, with the block; the simulation adopts the space there. */
  @FunctionalInterface
  interface Watch {
    void stored(int block);
  }

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment table;
  private final Geometry geometry;
  private final long entryBytes;
  private final long marksAt;
  private final Watch watch;

  BlockTable(MemorySegment table, Geometry geometry, Watch watch) {
    this.table = table;
    this.geometry = geometry;
    this.entryBytes = BlockTableLayout.entryBytes(geometry);
    this.marksAt = BlockTableLayout.marksAt(geometry);
    this.watch = watch;
  }

  long spaceIdHigh() {
    return table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_HIGH_AT);
  }

  long spaceIdLow() {
    return table.get(JAVA_LONG, BlockTableLayout.SPACE_ID_LOW_AT);
  }

  private long entry(int block) {
    return BlockTableLayout.HEADER_BYTES + block * entryBytes;
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

  long target(int block) {
    return table.get(JAVA_LONG, entry(block) + BlockTableLayout.TARGET_AT);
  }

  /** Names the slot a move goes to, in the form of a word; 0 for none. */
  void target(int block, long target) {
    LONG.setVolatile(table, entry(block) + BlockTableLayout.TARGET_AT, target);
    watch.stored(block);
  }

  boolean isStored(int block, int subblock) {
    return (table.get(JAVA_LONG, storedAt(block, subblock >>> 6)) & 1L << subblock) != 0;
  }

  /** Reads the stored bits. */
  void stored(int block, Mask into) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      into.word(i, table.get(JAVA_LONG, storedAt(block, i)));
    }
  }

  boolean hasStored(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (table.get(JAVA_LONG, storedAt(block, i)) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Sets bits: their slot holds their last bytes, in every copy, under their marks. */
  void addStored(int block, Mask subblocks) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (subblocks.word(i) != 0) {
        storeStored(block, i, table.get(JAVA_LONG, storedAt(block, i)) | subblocks.word(i));
      }
    }
  }

  void removeStored(int block, int subblock) {
    long now = table.get(JAVA_LONG, storedAt(block, subblock >>> 6));
    storeStored(block, subblock >>> 6, now & ~(1L << subblock));
  }

  void removeAllStored(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (table.get(JAVA_LONG, storedAt(block, i)) != 0) {
        storeStored(block, i, 0);
      }
    }
  }

  private void storeStored(int block, int index, long bits) {
    LONG.setVolatile(table, storedAt(block, index), bits);
    watch.stored(block);
  }

  private long storedAt(int block, int index) {
    return entry(block) + BlockTableLayout.STORED_AT + 8L * index;
  }

  int markChecksum(int block, int subblock) {
    return table.get(JAVA_INT, entry(block) + marksAt + 8L * subblock);
  }

  int markGeneration(int block, int subblock) {
    return table.get(JAVA_INT, entry(block) + marksAt + 8L * subblock + 4);
  }

  /** Writes the mark of a subblock that is not stored; it counts once the bit is set. */
  void mark(int block, int subblock, int checksum, int generation) {
    long at = entry(block) + marksAt + 8L * subblock;
    table.set(JAVA_INT, at, checksum);
    table.set(JAVA_INT, at + 4, generation);
  }
}
