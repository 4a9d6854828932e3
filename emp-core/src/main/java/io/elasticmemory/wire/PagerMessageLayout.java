package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;

/**
 * A message of a pager to its application: everything after the hand-over that is neither a fault
 * nor the answer to a command.
 *
 * <pre>
 *   0 u32 kind     1 LOG, 2 READY, 3 REFUSED
 *   4 u32 code     LOG: 1 error, 2 warning, 3 information, 4 detail; REFUSED: ordinal of the kind
 *   8 u64 value    READY: the smallest budget in bytes
 *  16     text     UTF-8, to the end of the message
 * </pre>
 */
public final class PagerMessageLayout {
  /** A line for the application's log. */
  public static final int LOG = 1;

  /** The space is served from now on. */
  public static final int READY = 2;

  /** The space cannot be served; the text says why, in one line. */
  public static final int REFUSED = 3;

  /** Code of LOG. */
  public static final int ERROR = 1;

  /** Code of LOG. */
  public static final int WARNING = 2;

  /** Code of LOG. */
  public static final int INFORMATION = 3;

  /** Code of LOG. */
  public static final int DETAIL = 4;

  /** Offset. */
  public static final long KIND_AT = 0;

  /** Offset. */
  public static final long CODE_AT = 4;

  /** Offset. */
  public static final long VALUE_AT = 8;

  /** Offset. */
  public static final long TEXT_AT = 16;

  /** Longest message; a longer text is cut. */
  public static final int MESSAGE_BYTES_MAX = 4096;

  private PagerMessageLayout() {}

  /**
   * Writes a message.
   *
   * @param into at least {@link #MESSAGE_BYTES_MAX} bytes
   * @return its bytes
   */
  public static int write(MemorySegment into, int kind, int code, long value, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int length = cutAt(bytes, (int) (MESSAGE_BYTES_MAX - TEXT_AT));
    into.set(JAVA_INT, KIND_AT, kind);
    into.set(JAVA_INT, CODE_AT, code);
    into.set(JAVA_LONG, VALUE_AT, value);
    MemorySegment.copy(bytes, 0, into, JAVA_BYTE, TEXT_AT, length);
    return (int) TEXT_AT + length;
  }

  /** The longest prefix of at most {@code max} bytes that does not end within a character. */
  private static int cutAt(byte[] bytes, int max) {
    int length = Math.min(bytes.length, max);
    while (length < bytes.length && length > 0 && (bytes[length] & 0xc0) == 0x80) {
      length--;
    }
    return length;
  }

  /** Kind of a message; 0 if it is too short to be one. */
  public static int kind(MemorySegment message) {
    return message.byteSize() < TEXT_AT ? 0 : message.get(JAVA_INT, KIND_AT);
  }

  /** Code of a message. */
  public static int code(MemorySegment message) {
    return message.get(JAVA_INT, CODE_AT);
  }

  /** Value of a message. */
  public static long value(MemorySegment message) {
    return message.get(JAVA_LONG, VALUE_AT);
  }

  /** Text of a message. */
  public static String text(MemorySegment message) {
    byte[] bytes = message.asSlice(TEXT_AT).toArray(JAVA_BYTE);
    return new String(bytes, UTF_8);
  }
}
