package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * What a page of 4 KiB holds after it has been given a value: every one of its words follows from
 * page, value and place, so that no bit of it can be another one's. Half of the pages compress,
 * half do not. The value 0 is that of a page that nobody has written to.
 */
public final class PageWords {
  private static final int WORDS = 512;

  /** None is wrong. */
  public static final int NONE = -1;

  private PageWords() {}

  /** Gives the page that begins at {@code start} a value. */
  public static void write(MemorySegment memory, long start, long page, long value) {
    for (int word = 0; word < WORDS; word++) {
      memory.set(JAVA_LONG, start + 8L * word, word(page, value, word));
    }
  }

  /** The first word of the page that is not what it must be, or {@link #NONE}. */
  public static int firstWrong(MemorySegment memory, long start, long page, long value) {
    for (int word = 0; word < WORDS; word++) {
      if (memory.get(JAVA_LONG, start + 8L * word) != word(page, value, word)) {
        return word;
      }
    }
    return NONE;
  }

  /** What a word of the page holds. */
  static long word(long page, long value, int word) {
    if (value == 0) {
      return 0;
    }
    long own = value ^ page << 40;
    boolean compresses = (page >>> 3 & 1) == 0;
    return compresses ? own : mixed(own << 9 | word);
  }

  /** Bits that depend on all bits: the end of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mixed(long bits) {
    long once = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
    long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
    return twice ^ twice >>> 31;
  }
}
