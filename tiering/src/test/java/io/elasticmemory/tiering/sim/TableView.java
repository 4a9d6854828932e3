package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;

/** The block table as anybody may read it: its words, straight from memory. */
final class TableView {
  private final long[] words;
  private final int entryWords;
  private final int marksAt;
  private final int markBytes;
  private final boolean hasShortMask;

  TableView(Geometry geometry, long spaceIdHigh, long spaceIdLow) {
    words = new long[Math.toIntExact(BlockTableLayout.tableBytes(geometry) / 8)];
    entryWords = (int) BlockTableLayout.entryBytes(geometry) / 8;
    marksAt = (int) BlockTableLayout.marksAt(geometry);
    markBytes = BlockTableLayout.markBytes(geometry);
    hasShortMask = BlockTableLayout.hasShortMask(geometry);
    BlockTableLayout.format(segment(), geometry, spaceIdHigh, spaceIdLow);
  }

  /** The memory that the shard writes. */
  MemorySegment segment() {
    return MemorySegment.ofArray(words);
  }

  /** Another pager begins. */
  void raiseEpoch() {
    words[(int) BlockTableLayout.EPOCH_AT / 8]++;
  }

  long epoch() {
    return BlockTableLayout.epoch(segment());
  }

  /** Whether a side of a donor that is a pair may lack what is stored. */
  boolean isDoubted(int donor, int shard, int side) {
    long doubts = words[(int) BlockTableLayout.DOUBTS_AT / 8 + donor];
    return (doubts >>> (BlockTableLayout.SIDES * shard + side) & 1) != 0;
  }

  long budgetBytes(long handedOverBytes) {
    return BlockTableLayout.budgetBytes(segment(), handedOverBytes);
  }

  private int entry(int block) {
    return (int) (BlockTableLayout.HEADER_BYTES / 8) + block * entryWords;
  }

  long word(int block) {
    return words[entry(block)];
  }

  /** As a pager leaves it that is killed there. */
  void activity(int block, int activity) {
    words[entry(block)] = BlockWord.withActivity(word(block), activity);
  }

  long target(int block) {
    int at = (int) BlockTableLayout.MOVES_AT / 8;
    for (int i = 0; i < BlockTableLayout.MOVES_MAX; i++, at += 2) {
      if (words[at] == block + 1L) {
        return words[at + 1];
      }
    }
    return 0;
  }

  boolean isStored(int block, int subblock) {
    return (storedWord(block, subblock >>> 6) & 1L << subblock) != 0;
  }

  long storedWord(int block, int index) {
    long word = words[entry(block) + (int) BlockTableLayout.STORED_AT / 8 + index];
    return hasShortMask ? word & 0xffffffffL : word;
  }

  /** What is kept of the subblock's checksum, at the low end. */
  int mark(int block, int subblock) {
    int mark = 0;
    long from = 8L * entry(block) + marksAt + (long) markBytes * subblock;
    for (int i = 0; i < markBytes; i++) {
      long at = from + i;
      mark |= (int) (words[(int) (at >>> 3)] >>> 8 * (at & 7) & 0xff) << 8 * i;
    }
    return mark;
  }

  /** Of a checksum as much as a mark keeps. */
  int kept(int checksum) {
    return markBytes == Integer.BYTES ? checksum : checksum & (1 << 8 * markBytes) - 1;
  }

  /** All that it says but for whose turn it is; of what disks owe nothing. */
  void print(Fingerprint print) {
    int epoch = (int) BlockTableLayout.EPOCH_AT / 8;
    print.add(words, epoch + 1, (int) BlockTableLayout.DEBTS_AT / 8);
    print.add(words, (int) BlockTableLayout.HEADER_BYTES / 8, words.length);
  }
}
