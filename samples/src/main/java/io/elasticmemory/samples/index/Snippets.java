package io.elasticmemory.samples.index;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Cuts the place where a word occurs out of a document's text. For one thread. */
public final class Snippets {
  private static final int BYTES_BEFORE = 30;
  private static final int BYTES_AFTER = 50;

  private final TextIndex index;
  private byte[] text = new byte[1 << 16];
  private byte[] lowered = new byte[1 << 16];

  /** Snippets from this index. */
  public Snippets(TextIndex index) {
    this.index = index;
  }

  /** The text around the first occurrence of any of the words, on one line. */
  public String of(int document, List<String> words) {
    int length = index.textBytes(document);
    if (text.length < length) {
      text = new byte[length];
      lowered = new byte[length];
    }
    index.readText(document, text);
    System.arraycopy(text, 0, lowered, 0, length);
    int at = firstOccurrence(length, words.stream().map(Tokens::termOf).toList());
    int from = Math.max(0, at - BYTES_BEFORE);
    int to = Math.min(length, at + BYTES_AFTER);
    return new String(text, from, to - from, StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  private int firstOccurrence(int length, List<byte[]> terms) {
    Tokens tokens = new Tokens(lowered, length);
    while (tokens.next()) {
      int start = tokens.start();
      int end = start + tokens.termBytes();
      for (byte[] term : terms) {
        if (Arrays.equals(lowered, start, end, term, 0, term.length)) {
          return start;
        }
      }
    }
    return 0;
  }
}
