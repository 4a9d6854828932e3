package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;

/** The block table as anybody may read it: its words, straight from memory. */
final class TableView {
  private final long[] words;
  private final int entryWords;
  private final int marksAt;

  TableView(Geometry geometry, long spaceIdHigh, long spaceIdLow) {
    words = new long[Math.toIntExact(BlockTableLayout.tableBytes(geometry) / 8)];
    entryWords = (int) BlockTableLayout.entryBytes(geometry) / 8;
    marksAt = (int) BlockTableLayout.marksAt(geometry) / 8;
    BlockTableLayout.format(segment(), geometry, spaceIdHigh, spaceIdLow);
  }

  /** The memory that the shard writes. */
  MemorySegment segment() {
    return MemorySegment.ofArray(words);
  }

  private int entry(int block) {
    return (int) (BlockTableLayout.HEADER_BYTES / 8) + block * entryWords;
  }

  long word(int block) {
    return words[entry(block)];
  }

  long target(int block) {
    return words[entry(block) + (int) BlockTableLayout.TARGET_AT / 8];
  }

  boolean isStored(int block, int subblock) {
    return (storedWord(block, subblock >>> 6) & 1L << subblock) != 0;
  }

  long storedWord(int block, int index) {
    return words[entry(block) + (int) BlockTableLayout.STORED_AT / 8 + index];
  }

  /** Checksum in the low, generation in the high half. */
  long mark(int block, int subblock) {
    return words[entry(block) + marksAt + subblock];
  }
}
