package io.elasticmemory.samples.index;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The texts of many documents and an index of their words, made by {@link TextIndexBuilder}. Any
 * number of threads may search.
 *
 * <pre>
 *   document, 32 bytes: u64 nameAt · u64 nameBytes · u64 textBytes · u64 words
 *   nameAt: the name, then the text
 * </pre>
 */
public final class TextIndex implements AutoCloseable {
  /** The longest text that can be added. */
  public static final int TEXT_BYTES_MAX = 4 << 20;

  private static final int DOCUMENT_BYTES = 32;
  private static final int NAME_BYTES = 8;
  private static final int TEXT_BYTES = 16;
  private static final int WORDS = 24;

  private final Arena arena;
  private final Chunks documents;
  private final Chunks texts;
  private final Chunks entries;
  private final Chunks postings;
  private final Dictionary dictionary;
  private long wordCount;

  /** An empty index in this arena, which is closed with it. */
  TextIndex(Arena arena) {
    this.arena = arena;
    this.documents = new Chunks(arena);
    this.texts = new Chunks(arena);
    this.entries = new Chunks(arena);
    this.postings = new Chunks(arena);
    this.dictionary = new Dictionary(entries, postings);
  }

  /** How many documents there are. */
  public int documentCount() {
    return (int) (documents.end() / DOCUMENT_BYTES);
  }

  /** Words of all documents. */
  public long wordCount() {
    return wordCount;
  }

  /** Distinct words of all documents. */
  public long termCount() {
    return dictionary.size();
  }

  /** Bytes of memory it takes. */
  public long bytes() {
    return documents.bytes() + texts.bytes() + entries.bytes() + postings.bytes();
  }

  /** The name of a document. */
  public String name(int document) {
    byte[] name = new byte[(int) field(document, NAME_BYTES)];
    texts.read(field(document, 0), name, name.length);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Length of a document's text. */
  public int textBytes(int document) {
    return (int) field(document, TEXT_BYTES);
  }

  /** Copies a document's text, as it was added. */
  public void readText(int document, byte[] into) {
    long at = field(document, 0) + field(document, NAME_BYTES);
    texts.read(at, into, textBytes(document));
  }

  /** Words of a document. */
  int words(int document) {
    return (int) field(document, WORDS);
  }

  /** The documents in which a term occurs; none if it occurs nowhere. */
  Optional<Postings> postings(byte[] term) {
    long entry = dictionary.find(term);
    return entry == Dictionary.NONE ? Optional.empty() : Optional.of(dictionary.postings(entry));
  }

  /** Adds a document's text; its words are added later, with those of all documents. */
  void addDocument(byte[] name, byte[] text, int length, int words) {
    documents.appendLong(texts.append(name, 0, name.length));
    documents.appendLong(name.length);
    documents.appendLong(length);
    documents.appendLong(words);
    texts.append(text, 0, length);
    wordCount += words;
  }

  Dictionary dictionary() {
    return dictionary;
  }

  /** Where terms and postings go. */
  Chunks postings() {
    return postings;
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    arena.close();
  }

  private long field(int document, int field) {
    if (document < 0 || document >= documentCount()) {
      throw new IndexOutOfBoundsException(document + " of " + documentCount() + " documents");
    }
    return documents.getLong((long) document * DOCUMENT_BYTES + field);
  }
}
