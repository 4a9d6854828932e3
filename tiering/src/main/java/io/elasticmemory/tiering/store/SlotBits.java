package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/** A set of slots, in memory that costs nothing until it is touched. */
final class SlotBits {
  private final MemorySegment words;
  private final int wordCount;
  private int count;

  SlotBits(int slots, LongFunction<MemorySegment> privateMemory) {
    wordCount = Math.max(1, (slots + 63) >>> 6);
    words = privateMemory.apply(8L * wordCount);
  }

  private long word(int index) {
    return words.get(JAVA_LONG, 8L * index);
  }

  private void word(int index, long bits) {
    words.set(JAVA_LONG, 8L * index, bits);
  }

  int count() {
    return count;
  }

  boolean has(int slot) {
    return (word(slot >>> 6) & 1L << slot) != 0;
  }

  void add(int slot) {
    if (!has(slot)) {
      word(slot >>> 6, word(slot >>> 6) | 1L << slot);
      count++;
    }
  }

  void remove(int slot) {
    if (has(slot)) {
      word(slot >>> 6, word(slot >>> 6) & ~(1L << slot));
      count--;
    }
  }

  /** Becomes what the other is. */
  void set(SlotBits other) {
    MemorySegment.copy(other.words, 0, words, 0, 8L * wordCount);
    count = other.count;
  }

  /**
   * First slot from {@code from} on, or before it when there is none; -1 if it is empty.
   *
   * @param from may be that after the last
   */
  int next(int from) {
    if (count == 0) {
      return -1;
    }
    if (from >>> 6 == wordCount) {
      return next(0);
    }
    int index = from >>> 6;
    long bits = word(index) & -1L << from;
    for (int i = 0; bits == 0 && i <= wordCount; i++) {
      index = index + 1 < wordCount ? index + 1 : 0;
      bits = word(index);
    }
    return (index << 6) + Long.numberOfTrailingZeros(bits);
  }
}
