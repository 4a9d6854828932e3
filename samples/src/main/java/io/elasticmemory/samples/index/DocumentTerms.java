package io.elasticmemory.samples.index;

import java.util.Arrays;

/**
 * The words of one document, gathered on the heap before they are added to the index term by term.
 * It is used for one document after the other.
 */
final class DocumentTerms {
  private static final int NONE = -1;

  private int[] slots = new int[1 << 10];
  private int distinct;
  private int words;

  // By distinct term, in the order of first occurrence.
  private long[] hashes = new long[256];
  private int[] starts = new int[256];
  private int[] lengths = new int[256];
  private int[] firsts = new int[256];
  private int[] lasts = new int[256];
  private int[] counts = new int[256];

  // By position of a word in the document.
  private int[] nexts = new int[1024];

  /** Replaces the content by the words of a text, which becomes lower case. */
  void gather(byte[] text, int length) {
    Arrays.fill(slots, NONE);
    distinct = 0;
    words = 0;
    Tokens tokens = new Tokens(text, length);
    while (tokens.next()) {
      add(text, tokens);
    }
  }

  /** Words of the document. */
  int words() {
    return words;
  }

  /** Distinct terms of the document. */
  int distinct() {
    return distinct;
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

  int count(int term) {
    return counts[term];
  }

  int firstPosition(int term) {
    return firsts[term];
  }

  /** The position of the same term that follows {@code position}; not for the last one. */
  int nextPosition(int position) {
    return nexts[position];
  }

  private void add(byte[] text, Tokens tokens) {
    int term = termOf(text, tokens);
    if (words == nexts.length) {
      nexts = Arrays.copyOf(nexts, 2 * words);
    }
    if (counts[term] == 0) {
      firsts[term] = words;
    } else {
      nexts[lasts[term]] = words;
    }
    lasts[term] = words;
    counts[term]++;
    words++;
  }

  private int termOf(byte[] text, Tokens tokens) {
    long hash = tokens.hash();
    int slot = slot(text, hash, tokens.start(), tokens.termBytes());
    if (slots[slot] != NONE) {
      return slots[slot];
    }
    if (2 * (distinct + 1) > slots.length) {
      growSlots();
      slot = slot(text, hash, tokens.start(), tokens.termBytes());
    }
    slots[slot] = distinct;
    return addTerm(hash, tokens.start(), tokens.termBytes());
  }

  private int slot(byte[] text, long hash, int start, int length) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != NONE && !isTerm(slots[slot], text, hash, start, length)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean isTerm(int term, byte[] text, long hash, int start, int length) {
    return hashes[term] == hash
        && Arrays.equals(
            text, starts[term], starts[term] + lengths[term], text, start, start + length);
  }

  private int addTerm(long hash, int start, int length) {
    if (distinct == hashes.length) {
      growTerms();
    }
    hashes[distinct] = hash;
    starts[distinct] = start;
    lengths[distinct] = length;
    counts[distinct] = 0;
    return distinct++;
  }

  private void growTerms() {
    int size = 2 * distinct;
    hashes = Arrays.copyOf(hashes, size);
    starts = Arrays.copyOf(starts, size);
    lengths = Arrays.copyOf(lengths, size);
    firsts = Arrays.copyOf(firsts, size);
    lasts = Arrays.copyOf(lasts, size);
    counts = Arrays.copyOf(counts, size);
  }

  private void growSlots() {
    slots = new int[2 * slots.length];
    Arrays.fill(slots, NONE);
    int mask = slots.length - 1;
    for (int term = 0; term < distinct; term++) {
      int slot = (int) hashes[term] & mask;
      while (slots[slot] != NONE) {
        slot = slot + 1 & mask;
      }
      slots[slot] = term;
    }
  }
}
