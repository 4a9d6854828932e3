package io.elasticmemory.samples.index;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The words of some documents, gathered on the heap and then written as a {@link Run}: what is
 * random access stays small, and the large memory is written from one end to the other.
 */
final class Batch {
  private static final int WORDS_FULL = 1 << 20;

  private final int textBytesFull;
  private final byte[] text;
  private final TermTable terms;
  private int textEnd;
  private int words;

  // By word, in the order of the texts.
  private int[] wordTerms = new int[1 << 16];
  private int[] wordDocuments = new int[1 << 16];
  private int[] wordPositions = new int[1 << 16];

  private final ByteWriter postings = new ByteWriter();
  private final ByteWriter positions = new ByteWriter();

  /** An empty batch that is full with so many bytes of text. */
  Batch(int textBytesFull) {
    this.textBytesFull = textBytesFull;
    this.text = new byte[textBytesFull + TextIndex.TEXT_BYTES_MAX];
    this.terms = new TermTable(text);
  }

  /** Whether it should be written before another document is added. */
  boolean isFull() {
    return textEnd >= textBytesFull || words >= WORDS_FULL;
  }

  boolean isEmpty() {
    return textEnd == 0;
  }

  /** Adds a document and returns how many words it has. */
  int add(int document, byte[] bytes, int length) {
    System.arraycopy(bytes, 0, text, textEnd, length);
    Tokens tokens = new Tokens(text, textEnd, textEnd + length);
    textEnd += length;
    int before = words;
    while (tokens.next()) {
      int term = terms.find(tokens.hash(), tokens.start(), tokens.termBytes());
      addWord(term, document, words - before);
    }
    return words - before;
  }

  /** Writes all terms with their postings, in the order of the terms, and becomes empty. */
  void writeTo(Run run) {
    int[] starts = startsByTerm();
    int[] byTerm = wordsByTerm(starts);
    IntStream.range(0, terms.count())
        .boxed()
        .sorted(terms::compare)
        .forEach(term -> write(term, byTerm, starts[term], starts[term + 1], run));
    terms.clear();
    textEnd = 0;
    words = 0;
  }

  private void addWord(int term, int document, int position) {
    if (words == wordTerms.length) {
      wordTerms = Arrays.copyOf(wordTerms, 2 * words);
      wordDocuments = Arrays.copyOf(wordDocuments, 2 * words);
      wordPositions = Arrays.copyOf(wordPositions, 2 * words);
    }
    wordTerms[words] = term;
    wordDocuments[words] = document;
    wordPositions[words] = position;
    words++;
  }

  /** Where the words of each term begin when those of one term are together, and where all end. */
  private int[] startsByTerm() {
    int[] starts = new int[terms.count() + 1];
    for (int word = 0; word < words; word++) {
      starts[wordTerms[word] + 1]++;
    }
    for (int term = 0; term < terms.count(); term++) {
      starts[term + 1] += starts[term];
    }
    return starts;
  }

  private int[] wordsByTerm(int[] starts) {
    int[] next = starts.clone();
    int[] byTerm = new int[words];
    for (int word = 0; word < words; word++) {
      byTerm[next[wordTerms[word]]++] = word;
    }
    return byTerm;
  }

  private void write(int term, int[] byTerm, int from, int to, Run run) {
    postings.clear();
    int documents = 0;
    int last = -1;
    int at = from;
    while (at < to) {
      int document = wordDocuments[byTerm[at]];
      int end = at;
      while (end < to && wordDocuments[byTerm[end]] == document) {
        end++;
      }
      writePosting(document - last, byTerm, at, end);
      last = document;
      documents++;
      at = end;
    }
    run.add(
        terms.hash(term), text, terms.start(term), terms.length(term), documents, last, postings);
  }

  /** As {@link Postings} reads it. */
  private void writePosting(int distance, int[] byTerm, int from, int to) {
    positions.clear();
    int last = -1;
    for (int at = from; at < to; at++) {
      int position = wordPositions[byTerm[at]];
      positions.addNumber(position - last);
      last = position;
    }
    postings.addNumber(distance);
    postings.addNumber(to - from);
    postings.addNumber(positions.length());
    postings.add(positions);
  }
}
