package io.elasticmemory.samples.index;

/**
 * Goes over the postings of one term, by ascending document. Each is, as variable-length numbers:
 * distance to the document before, occurrences, bytes of the positions, and for every occurrence
 * the distance to the position before.
 */
final class Postings {
  /** The document after the last. */
  static final int END = Integer.MAX_VALUE;

  private final Chunks chunks;
  private final int documents;
  private int visited;
  private long at;
  private int room;
  private int level;
  private int document = -1;
  private int occurrences;
  private int positionBytes;
  private int position;

  /** Before the first posting of a list. */
  Postings(Chunks chunks, long headAt, int documents) {
    this.chunks = chunks;
    this.documents = documents;
    this.at = headAt;
    this.room = Slices.payloadBytes(0);
  }

  /** How many postings there are. */
  int documents() {
    return documents;
  }

  /** The document of the current posting; -1 before the first, {@link #END} after the last. */
  int document() {
    return document;
  }

  /** How often the term occurs in it. */
  int occurrences() {
    return occurrences;
  }

  /** Goes to the next document and returns it. */
  int next() {
    skip(positionBytes);
    positionBytes = 0;
    if (visited == documents) {
      document = END;
      return END;
    }
    visited++;
    document += nextNumber();
    occurrences = nextNumber();
    positionBytes = nextNumber();
    position = -1;
    return document;
  }

  /** Goes to the first document not before {@code target}. */
  int advance(int target) {
    while (document < target) {
      next();
    }
    return document;
  }

  /** All positions of the current document, once; the array is longer than needed. */
  int[] positions(int[] reused) {
    int[] positions = reused.length >= occurrences ? reused : new int[occurrences * 2];
    for (int i = 0; i < occurrences; i++) {
      position += nextNumber();
      positions[i] = position;
    }
    positionBytes = 0;
    return positions;
  }

  private int nextNumber() {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = nextByte();
      number |= (b & 0x7f) << shift;
      if (b >= 0) {
        return number;
      }
    }
  }

  private byte nextByte() {
    if (room == 0) {
      followLink();
    }
    room--;
    return chunks.getByte(at++);
  }

  private void skip(int bytes) {
    int left = bytes;
    while (left > room) {
      left -= room;
      at += room;
      followLink();
    }
    at += left;
    room -= left;
  }

  private void followLink() {
    at = chunks.getLong(at);
    level++;
    room = Slices.payloadBytes(level);
  }
}
