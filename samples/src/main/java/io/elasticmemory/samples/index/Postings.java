package io.elasticmemory.samples.index;

/**
 * Goes over the postings of one term, by ascending document. Each is, as variable-length numbers:
 * distance to the document before, occurrences, bytes of the positions, and for every occurrence
 * the distance to the position before.
 */
final class Postings {
  /** The document after the last. */
  static final int END = Integer.MAX_VALUE;

  private final ByteReader reader;
  private final int documents;
  private int visited;
  private int document = -1;
  private int occurrences;
  private int positionBytes;

  /** Before the first posting of a list. */
  Postings(Chunks chunks, long at, int documents) {
    this.reader = new ByteReader(chunks, at);
    this.documents = documents;
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
    reader.skip(positionBytes);
    positionBytes = 0;
    if (visited == documents) {
      document = END;
      return END;
    }
    visited++;
    document += reader.nextNumber();
    occurrences = reader.nextNumber();
    positionBytes = reader.nextNumber();
    return document;
  }

  /** Goes to the first document not before {@code target}. */
  int advance(int target) {
    while (document < target) {
      next();
    }
    return document;
  }

  /** All positions of the current document, once; the array may be longer than needed. */
  int[] positions(int[] reused) {
    int[] positions = reused.length >= occurrences ? reused : new int[occurrences * 2];
    int position = -1;
    for (int i = 0; i < occurrences; i++) {
      position += reader.nextNumber();
      positions[i] = position;
    }
    positionBytes = 0;
    return positions;
  }
}
