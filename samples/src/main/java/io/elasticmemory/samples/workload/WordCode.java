package io.elasticmemory.samples.workload;

/**
 * What a word holds: a value made from seed, index and version that nothing else makes. The code
 * can be undone, so a wrong word tells which write it came from.
 *
 * <pre>
 *   key  = 0 (8 bits) | version (16 bits) | index (40 bits)
 *   word = mix(key xor seedKey)           mix is a bijection with mix(0) = 0
 * </pre>
 *
 * <p>The upper 8 bits of seedKey are never 0, those of a key always, so no word is ever 0. Version
 * 0 means never written; such a word is 0, as the space gives it.
 */
public final class WordCode {
  /** The first index that does not fit. */
  public static final long INDEX_LIMIT = 1L << 40;

  /** The highest version; the one after it is 1 again. */
  public static final int VERSION_MAX = 0xffff;

  private static final int VERSION_SHIFT = 40;
  private static final int UNUSED_SHIFT = 56;
  private static final long MULTIPLIER_1 = 0xff51afd7ed558ccdL;
  private static final long MULTIPLIER_2 = 0xc4ceb9fe1a85ec53L;
  private static final long INVERSE_1 = inverse(MULTIPLIER_1);
  private static final long INVERSE_2 = inverse(MULTIPLIER_2);

  private final long seedKey;

  /** The code of one run. */
  public WordCode(long seed) {
    this.seedKey = mix(seed ^ 0x9e3779b97f4a7c15L) | 1L << UNUSED_SHIFT;
  }

  /** The word with this index after its write number {@code version}; 0 for version 0. */
  public long word(long index, int version) {
    return version == 0 ? 0 : mix(((long) version << VERSION_SHIFT | index) ^ seedKey);
  }

  /** Whether a word is the value of some write of this run. */
  public boolean isOurs(long word) {
    return word != 0 && keyOf(word) >>> UNUSED_SHIFT == 0;
  }

  /** The index that {@link #word} was given. */
  public long indexOf(long word) {
    return keyOf(word) & (INDEX_LIMIT - 1);
  }

  /** The version that {@link #word} was given. */
  public int versionOf(long word) {
    return (int) (keyOf(word) >>> VERSION_SHIFT) & VERSION_MAX;
  }

  /** Scatters the bits of a number; distinct numbers give distinct results, and 0 gives 0. */
  public static long mix(long number) {
    long mixed = number;
    mixed = (mixed ^ mixed >>> 33) * MULTIPLIER_1;
    mixed = (mixed ^ mixed >>> 33) * MULTIPLIER_2;
    return mixed ^ mixed >>> 33;
  }

  private long keyOf(long word) {
    return unmix(word) ^ seedKey;
  }

  /** A shift of 33 of 64 bits is its own inverse. */
  private static long unmix(long mixed) {
    long number = mixed ^ mixed >>> 33;
    number *= INVERSE_2;
    number ^= number >>> 33;
    number *= INVERSE_1;
    return number ^ number >>> 33;
  }

  /** Newton's iteration: each step doubles the number of right bits, beginning with three. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
