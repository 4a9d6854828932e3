package io.elasticmemory.samples.prove.flips;

/**
 * What a page of 4 KiB holds: in its first word which one it is, so that it is known again wherever
 * it is kept, in the others what follows from its number and from how often it was written.
 */
final class Content {
  /** Bytes of a page. */
  static final int PAGE_BYTES = 4096;

  /** Words of a page. */
  static final int WORDS = PAGE_BYTES / Long.BYTES;

  /** In the upper half of the first word. */
  private static final long TAG = 0x456d5046L << 32;

  private static final long PAGE_FACTOR = 0x9e3779b97f4a7c15L;
  private static final long WORD_FACTOR = 0xc2b2ae3d27d4eb4fL;

  private Content() {}

  static long word(int page, int version, int word) {
    if (word == 0) {
      return TAG | page;
    }
    long mixed = (page * PAGE_FACTOR + version) ^ word * WORD_FACTOR;
    return mixed ^ mixed >>> 29;
  }

  /** The page whose first word this is, or -1. */
  static int page(long firstWord) {
    boolean isOne = (firstWord & 0xffff_ffff_0000_0000L) == TAG;
    return isOne ? (int) firstWord : -1;
  }
}
