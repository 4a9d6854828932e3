package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * What the shard remembers of each block for itself, in memory that costs nothing until a block is
 * touched: which subblocks are present, since when, how often the block came from a slower tier,
 * and whether it compresses. The truth about presence is the memory file; this is the shard's copy.
 */
final class Residency {
  private static final long ARRIVED_AT = 0;
  private static final long FLAGS_AT = 8;
  private static final long HEAT_AT = 9;
  private static final long REFUSED_AT = 10;
  private static final long HOLDS_AT = 11;
  private static final long PRESENT_AT = 16;

  /** After the present ones, only where a block has several: see {@link #WATCHED_IN_PARTS}. */
  private static final int MASKS_MAX = 2;

  /** Flag: the block's table entry has been written. */
  static final byte HAS_ENTRY = 1;

  /** Flag: a device held pages of the block when they were punched; it stays for a while. */
  static final byte HELD = 2;

  /** Flag: the dirty subblocks are protected, to see whether the block is still being written. */
  static final byte COOLING = 4;

  /** Flag: the application has unmapped the block, to show the next touch of it. */
  static final byte UNMAPPED = 8;

  /** Flag: of the subblocks that are used, each has shown it since the block was unmapped. */
  static final byte WATCHED_IN_PARTS = 16;

  /** Flag: the application has pinned the block: it is present, mapped, dirty and stays. */
  static final byte PINNED = 32;

  /** Flag: what an earlier pager has left of the block is known. */
  static final byte ADOPTED = 64;

  /** Both flags of blocks that stay whatever happens. */
  static final byte STAYS = HELD | PINNED;

  /** How often a device can be counted to have held a block. */
  private static final int HOLDS_MAX = 100;

  /** In place of the number under which a block left: it never has. */
  static final long NEVER = 0;

  private final MemorySegment records;
  private final MemorySegment touched;
  private final Geometry geometry;
  private final long recordBytes;
  private long presentSubblocks;

  Residency(Geometry geometry, LongFunction<MemorySegment> privateMemory) {
    this.geometry = geometry;
    int masks = geometry.subblocks() > 1 ? MASKS_MAX : 1;
    recordBytes = PRESENT_AT + 8L * masks * geometry.maskWords();
    records = privateMemory.apply(recordBytes * geometry.blockCount());
    touched = privateMemory.apply(8L * ((geometry.blockCount() + 63L) >>> 6));
  }

  private long record(int block) {
    return block * recordBytes;
  }

  boolean isPresent(int block, int subblock) {
    return (presentWord(block, subblock >>> 6) & 1L << subblock) != 0;
  }

  private long presentWord(int block, int index) {
    return records.get(JAVA_LONG, record(block) + PRESENT_AT + 8L * index);
  }

  void present(int block, Mask into) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      into.word(i, presentWord(block, i));
    }
  }

  boolean hasPresent(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      if (presentWord(block, i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** None of the block's subblocks has been used since now, as far as is known. */
  void forgetUses(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      records.set(JAVA_LONG, usedWordAt(block, i), 0);
    }
  }

  /** A subblock of a block that has several is in use. */
  void used(int block, int subblock) {
    long at = usedWordAt(block, subblock >>> 6);
    records.set(JAVA_LONG, at, records.get(JAVA_LONG, at) | 1L << subblock);
  }

  /** Takes out of a set what has been used. */
  void removeUsed(int block, Mask from) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      from.word(i, from.word(i) & ~records.get(JAVA_LONG, usedWordAt(block, i)));
    }
  }

  private long usedWordAt(int block, int index) {
    return record(block) + PRESENT_AT + 8L * (geometry.maskWords() + index);
  }

  /** Present subblocks of all blocks. */
  long presentSubblocks() {
    return presentSubblocks;
  }

  void add(int block, int subblock) {
    flip(block, subblock, false);
    presentSubblocks++;
  }

  void remove(int block, int subblock) {
    flip(block, subblock, true);
    presentSubblocks--;
  }

  /** Nothing of the block is present any more. */
  void removeAll(int block) {
    for (int i = 0; i < geometry.maskWords(); i++) {
      presentSubblocks -= Long.bitCount(presentWord(block, i));
      records.set(JAVA_LONG, record(block) + PRESENT_AT + 8L * i, 0);
    }
  }

  private void flip(int block, int subblock, boolean expected) {
    if (isPresent(block, subblock) != expected) {
      throw new IllegalStateException(
          "subblock "
              + subblock
              + " of block "
              + block
              + " is already "
              + (expected ? "absent" : "present"));
    }
    long at = record(block) + PRESENT_AT + 8L * (subblock >>> 6);
    records.set(JAVA_LONG, at, records.get(JAVA_LONG, at) ^ 1L << subblock);
  }

  long arrivedAt(int block) {
    return records.get(JAVA_LONG, record(block) + ARRIVED_AT);
  }

  void arrivedAt(int block, long nanos) {
    records.set(JAVA_LONG, record(block) + ARRIVED_AT, nanos);
  }

  boolean has(int block, byte flag) {
    return (records.get(JAVA_BYTE, record(block) + FLAGS_AT) & flag) != 0;
  }

  void set(int block, byte flag) {
    long at = record(block) + FLAGS_AT;
    records.set(JAVA_BYTE, at, (byte) (records.get(JAVA_BYTE, at) | flag));
  }

  void clear(int block, byte flag) {
    long at = record(block) + FLAGS_AT;
    records.set(JAVA_BYTE, at, (byte) (records.get(JAVA_BYTE, at) & ~flag));
  }

  /**
   * The number under which an absent block left, or {@link #NEVER}; in the place of the time of its
   * arrival.
   */
  long leftAt(int block) {
    return records.get(JAVA_LONG, record(block) + ARRIVED_AT);
  }

  void leftAt(int block, long number) {
    records.set(JAVA_LONG, record(block) + ARRIVED_AT, number);
  }

  /** For how many more of its stores COMPRESSED is not asked: it has refused the block. */
  int refused(int block) {
    return records.get(JAVA_BYTE, record(block) + REFUSED_AT);
  }

  void refused(int block, int stores) {
    records.set(JAVA_BYTE, record(block) + REFUSED_AT, (byte) stores);
  }

  /**
   * How often the block came from a slower tier since it was last moved or forgotten, at most 100.
   */
  int heat(int block) {
    return records.get(JAVA_BYTE, record(block) + HEAT_AT);
  }

  void heat(int block, int heat) {
    records.set(JAVA_BYTE, record(block) + HEAT_AT, (byte) Math.min(100, heat));
  }

  /**
   * A device holds pages of a block that is present, since now; again, if it was not {@link #letGo}
   * since the last time.
   */
  void held(int block, long nanos) {
    set(block, HELD);
    records.set(JAVA_BYTE, record(block) + HOLDS_AT, (byte) Math.min(HOLDS_MAX, holds(block) + 1));
    arrivedAt(block, nanos);
  }

  /** How often in succession a device held pages of the block. */
  int holds(int block) {
    return records.get(JAVA_BYTE, record(block) + HOLDS_AT);
  }

  /** No device holds pages of the block. */
  void letGo(int block) {
    clear(block, HELD);
    records.set(JAVA_BYTE, record(block) + HOLDS_AT, (byte) 0);
  }

  /** Remembers that the block may have pages or a table entry. */
  void touch(int block) {
    long at = 8L * (block >>> 6);
    long word = touched.get(JAVA_LONG, at);
    if ((word & 1L << block) == 0) {
      touched.set(JAVA_LONG, at, word | 1L << block);
    }
  }

  /**
   * The block is as if it had never been touched, but that it may be pinned. Its generation stays
   * in the table.
   */
  void untouch(int block) {
    if (!has(block, PINNED)) {
      long at = 8L * (block >>> 6);
      touched.set(JAVA_LONG, at, touched.get(JAVA_LONG, at) & ~(1L << block));
    }
    letGo(block);
    leftAt(block, NEVER);
    heat(block, 0);
    refused(block, 0);
  }

  /** First touched block in {@code [from, to)}, or {@code to}. */
  int nextTouched(int from, int to) {
    int block = from;
    while (block < to) {
      long rest = touched.get(JAVA_LONG, 8L * (block >>> 6)) & -1L << block;
      if (rest != 0) {
        return Math.min(to, (block & ~63) + Long.numberOfTrailingZeros(rest));
      }
      block = (block & ~63) + 64;
      if (block < 0) {
        return to;
      }
    }
    return to;
  }
}
