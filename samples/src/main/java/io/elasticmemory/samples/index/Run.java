package io.elasticmemory.samples.index;

import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The terms of one batch with their postings, in the order of hash and bytes, in memory of its own.
 * It is written from one end to the other, then read likewise, while it is merged with others.
 *
 * <pre>
 *   record: hash 8 bytes · and as numbers: bytes of the term · documents · last document
 *           · bytes of the postings; then the term and the postings
 * </pre>
 */
final class Run implements AutoCloseable {
  private final Arena arena;
  private final Chunks chunks;
  private final ByteWriter head = new ByteWriter();

  /** An empty run in this arena, which is closed with it. */
  Run(Arena arena) {
    this.arena = arena;
    this.chunks = new Chunks(arena);
  }

  void add(
      long hash,
      byte[] text,
      int start,
      int termBytes,
      int documents,
      int lastDocument,
      ByteWriter postings) {
    head.clear();
    head.addLong(hash);
    head.addNumber(termBytes);
    head.addNumber(documents);
    head.addNumber(lastDocument);
    head.addNumber(postings.length());
    head.addBytes(text, start, termBytes);
    head.appendTo(chunks);
    postings.appendTo(chunks);
  }

  /** Bytes it takes. */
  long bytes() {
    return chunks.bytes();
  }

  /** Reads it from the beginning. */
  Cursor cursor(int number) {
    return new Cursor(this, number);
  }

  @Override
  public void close() {
    arena.close();
  }

  /** At one term of a run. Cursors compare by term, then by the number of their run. */
  static final class Cursor implements Comparable<Cursor> {
    private final Run run;
    private final int number;
    private final ByteReader reader;
    private long hash;
    private byte[] term = {};
    private int documents;
    private int lastDocument;
    private int postingsBytes;

    private Cursor(Run run, int number) {
      this.run = run;
      this.number = number;
      this.reader = new ByteReader(run.chunks, 0);
    }

    /** Goes to the next term; false if there is none. What is not read of a term is passed over. */
    boolean next() {
      if (reader.at() >= run.chunks.end()) {
        return false;
      }
      hash = reader.nextLong();
      int termBytes = reader.nextNumber();
      documents = reader.nextNumber();
      lastDocument = reader.nextNumber();
      postingsBytes = reader.nextNumber();
      term = reader.nextBytes(termBytes);
      return true;
    }

    long hash() {
      return hash;
    }

    byte[] term() {
      return term;
    }

    int documents() {
      return documents;
    }

    int lastDocument() {
      return lastDocument;
    }

    boolean isSameTerm(long otherHash, byte[] otherTerm) {
      return hash == otherHash && Arrays.equals(term, otherTerm);
    }

    /**
     * Appends the postings to a list whose last document is {@code last}, -1 if there is none: only
     * the first distance changes.
     */
    void appendPostings(Chunks target, int last, ByteWriter scratch, byte[] buffer) {
      long end = reader.at() + postingsBytes;
      int first = reader.nextNumber() - 1;
      scratch.clear();
      scratch.addNumber(first - last);
      scratch.appendTo(target);
      target.append(run.chunks, reader.at(), end - reader.at(), buffer);
      reader.skip(end - reader.at());
    }

    @Override
    public int compareTo(Cursor other) {
      int byHash = Long.compare(hash, other.hash);
      int byTerm = byHash != 0 ? byHash : Arrays.compare(term, other.term);
      return byTerm != 0 ? byTerm : Integer.compare(number, other.number);
    }
  }
}
