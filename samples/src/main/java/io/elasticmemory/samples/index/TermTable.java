package io.elasticmemory.samples.index;

import java.util.Arrays;

/** The distinct terms of a batch, numbered in the order of their first occurrence. */
final class TermTable {
  private static final int NONE = -1;

  private final byte[] text;
  private int[] slots = new int[1 << 14];
  private long[] hashes = new long[1 << 13];
  private int[] starts = new int[1 << 13];
  private int[] lengths = new int[1 << 13];
  private int count;

  /** An empty table of terms that lie in this text. */
  TermTable(byte[] text) {
    this.text = text;
    clear();
  }

  void clear() {
    Arrays.fill(slots, NONE);
    count = 0;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  long hash(int term) {
    return hashes[term];
  }

  int start(int term) {
    return starts[term];
  }

  int length(int term) {
    return lengths[term];
  }

  /** The number of a term, a new one if it is new. */
  int find(long hash, int start, int length) {
    int slot = slot(hash, start, length);
    if (slots[slot] == NONE) {
      if (2 * (count + 1) > slots.length) {
        growSlots();
        slot = slot(hash, start, length);
      }
      slots[slot] = count;
      add(hash, start, length);
    }
    return slots[slot];
  }

  /** Order by hash; by bytes where two terms have the same. */
  int compare(int term, int other) {
    int byHash = Long.compare(hashes[term], hashes[other]);
    return byHash != 0
        ? byHash
        : Arrays.compare(
            text,
            starts[term],
            starts[term] + lengths[term],
            text,
            starts[other],
            starts[other] + lengths[other]);
  }

  private int slot(long hash, int start, int length) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != NONE && !isTerm(slots[slot], hash, start, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isTerm(int term, long hash, int start, int length) {
    return hashes[term] == hash
        && Arrays.equals(
            text, starts[term], starts[term] + lengths[term], text, start, start + length);
  }

  private void add(long hash, int start, int length) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    hashes[count] = hash;
    starts[count] = start;
    lengths[count] = length;
    count++;
  }

  private void growSlots() {
    slots = new int[2 * slots.length];
    Arrays.fill(slots, NONE);
    int mask = slots.length - 1;
    for (int term = 0; term < count; term++) {
      int slot = (int) hashes[term] & mask;
      while (slots[slot] != NONE) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = term;
    }
  }
}
