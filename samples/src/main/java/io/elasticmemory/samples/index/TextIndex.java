package io.elasticmemory.samples.index;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The text of many documents and an index of their words. One thread adds documents; when it is
 * done, any number of threads may search.
 *
 * <pre>
 *   document, 32 bytes: u64 nameAt · u64 textAt · u64 textBytes · u64 nameBytes (32 bits) | words (32 bits)
 * </pre>
 */
public final class TextIndex implements AutoCloseable {
  /** The longest text that can be added. */
  public static final int TEXT_BYTES_MAX = Chunks.CHUNK_BYTES;

  private static final int DOCUMENT_BYTES = 32;
  private static final int DOCUMENTS_PER_CHUNK = Chunks.CHUNK_BYTES / DOCUMENT_BYTES;

  private final Arena arena;
  private final Chunks documents;
  private final Chunks text;
  private final Chunks terms;
  private final Chunks postings;
  private final Slices slices;
  private final Dictionary dictionary;
  private final DocumentTerms gathered = new DocumentTerms();
  private final Numbers posting = new Numbers();
  private final Numbers positions = new Numbers();
  private int documentCount;
  private long wordCount;

  /**
   * An empty index.
   *
   * @param arenas give all its memory; every thread that searches must have access
   */
  public TextIndex(Supplier<? extends Arena> arenas) {
    this.arena = arenas.get();
    this.documents = new Chunks(arena);
    this.text = new Chunks(arena);
    this.terms = new Chunks(arena);
    this.postings = new Chunks(arena);
    this.slices = new Slices(postings);
    this.dictionary = new Dictionary(arenas, terms);
  }

  /**
   * Adds a document. The given bytes become lower case.
   *
   * @param name says which it is
   * @param bytes its text in the first {@code length} bytes, at most {@link #TEXT_BYTES_MAX}
   */
  public void add(String name, byte[] bytes, int length) {
    long textAt = text.append(bytes, 0, length);
    gathered.gather(bytes, length);
    for (int term = 0; term < gathered.distinct(); term++) {
      addPosting(bytes, term);
    }
    addDocument(name.getBytes(StandardCharsets.UTF_8), textAt, length);
    wordCount += gathered.words();
    documentCount++;
  }

  /** How many documents there are. */
  public int documentCount() {
    return documentCount;
  }

  /** Words of all documents. */
  public long wordCount() {
    return wordCount;
  }

  /** Distinct words of all documents. */
  public long termCount() {
    return dictionary.size();
  }

  /** Bytes of memory it has taken. */
  public long bytes() {
    return documents.bytes() + text.bytes() + terms.bytes() + postings.bytes() + dictionary.bytes();
  }

  /** The name of a document. */
  public String name(int document) {
    long record = record(document);
    byte[] name = new byte[(int) (documents.getLong(record + 24) >>> 32)];
    text.read(documents.getLong(record), name, name.length);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Length of a document's text. */
  public int textBytes(int document) {
    return (int) documents.getLong(record(document) + 16);
  }

  /** Copies a document's text, as it was added. */
  public void readText(int document, byte[] into) {
    text.read(documents.getLong(record(document) + 8), into, textBytes(document));
  }

  /** Words of a document. */
  int words(int document) {
    return (int) documents.getLong(record(document) + 24);
  }

  /** The documents in which a term occurs; none if it occurs nowhere. */
  Optional<Postings> postings(byte[] term) {
    long entry = dictionary.find(term, 0, term.length);
    if (entry == Dictionary.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        new Postings(postings, dictionary.headAt(entry), dictionary.documents(entry)));
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    dictionary.close();
    arena.close();
  }

  private void addPosting(byte[] bytes, int term) {
    long entry =
        dictionary.findOrAdd(
            gathered.hash(term), bytes, gathered.start(term), gathered.length(term));
    int last = dictionary.documents(entry) == 0 ? -1 : dictionary.lastDocument(entry);
    encodePositions(term);
    posting.clear();
    posting.add(documentCount - last);
    posting.add(gathered.count(term));
    posting.add(positions.length());
    posting.add(positions);
    slices.append(dictionary, entry, posting.bytes(), posting.length());
    dictionary.addDocument(entry, documentCount);
  }

  private void encodePositions(int term) {
    positions.clear();
    int last = -1;
    int position = gathered.firstPosition(term);
    for (int left = gathered.count(term); left > 0; left--) {
      positions.add(position - last);
      last = position;
      if (left > 1) {
        position = gathered.nextPosition(position);
      }
    }
  }

  private void addDocument(byte[] name, long textAt, int length) {
    long record = documents.reserve(DOCUMENT_BYTES);
    documents.setLong(record, text.append(name, 0, name.length));
    documents.setLong(record + 8, textAt);
    documents.setLong(record + 16, length);
    documents.setLong(record + 24, (long) name.length << 32 | gathered.words());
  }

  private long record(int document) {
    if (document < 0 || document >= documentCount) {
      throw new IndexOutOfBoundsException(document + " of " + documentCount + " documents");
    }
    long chunk = document / DOCUMENTS_PER_CHUNK;
    return chunk * Chunks.CHUNK_BYTES + (long) (document % DOCUMENTS_PER_CHUNK) * DOCUMENT_BYTES;
  }
}
