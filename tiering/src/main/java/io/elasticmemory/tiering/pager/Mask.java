package io.elasticmemory.tiering.pager;

import java.util.Arrays;

/** A set of subblocks of one block. Reused, never grown. */
final class Mask {
  private final long[] words;
  private final int size;

  Mask(int size) {
    this.size = size;
    words = new long[(size + 63) >>> 6];
  }

  int size() {
    return size;
  }

  long word(int index) {
    return words[index];
  }

  void word(int index, long value) {
    words[index] = value;
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  boolean get(int subblock) {
    return (words[subblock >>> 6] & 1L << subblock) != 0;
  }

  void add(int subblock) {
    words[subblock >>> 6] |= 1L << subblock;
  }

  void remove(int subblock) {
    words[subblock >>> 6] &= ~(1L << subblock);
  }

  void set(Mask other) {
    System.arraycopy(other.words, 0, words, 0, words.length);
  }

  void addAll(Mask other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
  }

  void removeAll(Mask other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
    }
  }

  void retainAll(Mask other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= other.words[i];
    }
  }

  boolean isEmpty() {
    for (long word : words) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  int count() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** First member at or after {@code from}, or {@link #size}. */
  int nextSet(int from) {
    for (int i = from >>> 6, at = from; i < words.length; i++, at = i << 6) {
      long rest = words[i] & -1L << at;
      if (rest != 0) {
        return (i << 6) + Long.numberOfTrailingZeros(rest);
      }
    }
    return size;
  }

  /** First non-member at or after {@code from}, or {@link #size}. */
  int nextClear(int from) {
    for (int i = from >>> 6, at = from; i < words.length; i++, at = i << 6) {
      long rest = ~words[i] & -1L << at;
      if (rest != 0) {
        return Math.min(size, (i << 6) + Long.numberOfTrailingZeros(rest));
      }
    }
    return size;
  }
}
