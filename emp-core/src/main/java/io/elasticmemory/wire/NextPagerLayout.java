package io.elasticmemory.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the watcher of a space looks for the command of the next pager, whenever it starts one: a
 * memory file of the program, found by its name among the program's descriptors. It is read by a
 * shell, so it is one line of text, empty at first.
 *
 * <pre>
 *   NUMBER 'WORD' 'WORD' … #NUMBER\n, then zeros
 * </pre>
 *
 * The number counts the commands, from 1. It stands at both ends because a line may be read while
 * it is being written: one whose ends differ is none, and the watcher stays with what it has.
 */
public final class NextPagerLayout {
  /** Of the memory file. */
  public static final String NAME = "emp-next-pager";

  /** Of the memory file; no command is longer. */
  public static final int BYTES = 16 << 10;

  /** Without more digits than any number that is counted up to. */
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  private NextPagerLayout() {}

  /** No command, in zeroed memory. */
  public static void format(MemorySegment file) {
    file.set(ValueLayout.JAVA_BYTE, 0, (byte) '\n');
  }

  /** The number of the last command; 0 before the first, and if what is there is none. */
  public static long number(MemorySegment file) {
    String line = line(file);
    int end = line.lastIndexOf(" #");
    String number = end < 0 ? "" : line.substring(end + 2);
    boolean isCommand = NUMBER.matcher(number).matches() && line.startsWith(number + " ");
    return isCommand ? Long.parseLong(number) : 0;
  }

  private static String line(MemorySegment file) {
    String text = new String(file.toArray(ValueLayout.JAVA_BYTE), UTF_8);
    int end = text.indexOf('\n');
    return end < 0 ? "" : text.substring(0, end);
  }

  /**
   * Writes the command of the next pager, with the next number. One writer at a time.
   *
   * @throws IllegalArgumentException if it is too long, or has a word that no line can hold
   */
  public static void write(MemorySegment file, List<String> words) {
    long number = number(file) + 1;
    byte[] line = "%d %s #%d\n".formatted(number, quoted(words), number).getBytes(UTF_8);
    if (line.length > BYTES) {
      throw new IllegalArgumentException(
          "the command of a pager has %d bytes, %d are possible".formatted(line.length, BYTES));
    }
    // What was there is gone before what comes: no line begins and ends with the old and is mixed.
    file.fill((byte) 0);
    MemorySegment.copy(line, 0, file, ValueLayout.JAVA_BYTE, 0, line.length);
  }

  /**
   * The words as a shell takes them apart again.
   *
   * @throws IllegalArgumentException if one of them holds a line end
   */
  public static String quoted(List<String> words) {
    return words.stream().map(NextPagerLayout::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    if (word.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          "a word of the command of a pager holds a line end: " + word);
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
