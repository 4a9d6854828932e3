package io.elasticmemory.samples.index;

import io.elasticmemory.samples.workload.WordCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Goes over the words of a text: runs of ASCII letters, digits and {@code _}, and of bytes above
 * 127 (letters of other scripts in UTF-8), in lower case where they are ASCII. Words longer than
 * {@value #TERM_BYTES_MAX} bytes are cut.
 *
 * <p>Turns upper case into lower case within the given array.
 */
final class Tokens {
  /** The longest term. */
  static final int TERM_BYTES_MAX = 64;

  private final byte[] text;
  private final int textEnd;
  private int start;
  private int end;

  /** The words of the first {@code length} bytes. */
  Tokens(byte[] text, int length) {
    this(text, 0, length);
  }

  /** The words of a part of the bytes. */
  Tokens(byte[] text, int textStart, int textEnd) {
    this.text = text;
    this.textEnd = textEnd;
    this.end = textStart;
  }

  /** Goes to the next word, if there is one. */
  boolean next() {
    start = end;
    while (start < textEnd && !isPartOfWord(text[start])) {
      start++;
    }
    end = start;
    while (end < textEnd && isPartOfWord(text[end])) {
      text[end] = lowerCase(text[end]);
      end++;
    }
    return start < end;
  }

  /** Where the word begins. */
  int start() {
    return start;
  }

  /** Bytes of the term. */
  int termBytes() {
    return Math.min(end - start, TERM_BYTES_MAX);
  }

  /** The term's hash, evenly spread over the numbers that are not negative. */
  long hash() {
    return hash(text, start, termBytes());
  }

  static long hash(byte[] bytes, int from, int length) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ bytes[i]) * 0x100000001b3L;
    }
    return WordCode.mix(hash) >>> 1;
  }

  /** A term as bytes, as they would be found in a text. */
  static byte[] termOf(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    Tokens tokens = new Tokens(bytes, bytes.length);
    if (!tokens.next() || tokens.start != 0 || tokens.end != bytes.length) {
      throw new IllegalArgumentException("'" + word + "' is not a single word");
    }
    return Arrays.copyOf(bytes, tokens.termBytes());
  }

  private static boolean isPartOfWord(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b == '_'
        || b < 0;
  }

  private static byte lowerCase(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }
}
