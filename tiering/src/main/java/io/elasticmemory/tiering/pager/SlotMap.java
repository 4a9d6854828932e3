package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One donor as the shard sees it: which of its slots are free, and whether it has failed lately.
 *
 * <p>Which are taken is noted where the next pager finds it, before a block names a slot and until
 * none does. It may take what is free there at once, and learns block by block what is named: a
 * slot that is noted and that no block names was left behind by a pager that died, and is free in
 * the end. Where nothing is noted (compressed memory), all looks free until all blocks have been
 * looked at.
 */
final class SlotMap {
  /** A donor that has failed is left alone for this part of a fault's patience at first. */
  private static final int AVOID_PART_FIRST = 100;

  /** A donor that fails again and again is left alone for at most this part of it. */
  private static final int AVOID_PART_LAST = 2;

  /** The average follows a change within about so many reads. */
  private static final int READS_AVERAGED = 64;

  /** Of the bits. */
  private static final int WORDS_AT_ONCE = 512;

  /** Bits of two million slots. */
  static final long REHEARSED_BYTES = 256 << 10;

  private final Donor donor;

  private static final VarHandle WORD = JAVA_LONG.varHandle();

  /** A bit for each slot, in memory that costs nothing until it is touched. */
  private final MemorySegment used;

  /**
   * Of an earlier pager's slots those that a block was found to name, and all that were taken
   * since.
   */
  private final @Nullable MemorySegment named;

  /** Of each slot the block that was given it last, plus 1; null where nobody asks for it. */
  private @Nullable MemorySegment owners;

  private final int blockBytes;
  private final int words;
  private final int slots;
  private final long faultTimeoutNanos;
  private int free;
  private int cursor;
  private long avoidUntil;
  private long avoidNanos;
  private boolean avoided;
  private long readNanos;

  /**
   * A map.
   *
   * @param noted where taken slots are noted; of no bytes if they are not
   * @param isFirst whether no earlier pager has noted any
   */
  SlotMap(
      Donor donor,
      int blockBytes,
      int slotsMax,
      long faultTimeoutNanos,
      MemorySegment noted,
      boolean isFirst,
      LongFunction<MemorySegment> privateMemory) {
    this.donor = donor;
    this.blockBytes = blockBytes;
    this.faultTimeoutNanos = faultTimeoutNanos;
    slots = (int) Math.min(donor.grantedBytes() / blockBytes, slotsMax);
    words = (slots + 63) >>> 6;
    boolean isNoted = noted.byteSize() > 0;
    used = isNoted ? noted : privateMemory.apply(8L * Math.max(1, words));
    named = isNoted && !isFirst ? privateMemory.apply(8L * Math.max(1, words)) : null;
    free = slots - (named == null ? 0 : countNoted());
  }

  private int countNoted() {
    return countOnes(used, words);
  }

  /**
   * In pieces, so that the compiler has a method that is called often, and out of arrays, which are
   * read fast before the second compiler has seen it.
   */
  private static int countOnes(MemorySegment bits, int words) {
    long[] piece = new long[WORDS_AT_ONCE];
    int count = 0;
    for (int from = 0; from < words; from += WORDS_AT_ONCE) {
      int length = Math.min(words - from, WORDS_AT_ONCE);
      MemorySegment.copy(bits, JAVA_LONG, 8L * from, piece, 0, length);
      count += countOnes(piece, length);
    }
    return count;
  }

  private static int countOnes(long[] piece, int length) {
    int count = 0;
    for (int index = 0; index < length; index++) {
      count += Long.bitCount(piece[index]);
    }
    return count;
  }

  /**
   * Counts as many slots as a large donor has: several milliseconds for who has not done it often.
   *
   * @param nothing {@link #REHEARSED_BYTES} of memory in which nothing is noted
   */
  static void rehearse(MemorySegment nothing) {
    if (countOnes(nothing, (int) (nothing.byteSize() / Long.BYTES)) != 0) {
      throw new IllegalArgumentException("memory that was not zero");
    }
  }

  /**
   * The donor may ask whether what it keeps is right.
   *
   * @param index of the donor, as the table names it
   */
  void checkBy(int index, SlotContents contents, LongFunction<MemorySegment> privateMemory) {
    boolean asks =
        donor
            .holdings()
            .checkBy(
                (position, bytes, at) -> {
                  int slot = (int) (position / blockBytes);
                  int block = owner(slot);
                  return block < 0
                      || contents.areRight(block, index, donor.tier(), slot, bytes, at);
                });
    owners = asks ? privateMemory.apply(Math.max(8L, (long) Integer.BYTES * slots)) : null;
  }

  /** The block that was given the slot last, or -1. */
  private int owner(int slot) {
    return owners == null ? -1 : owners.getAtIndex(JAVA_INT, slot) - 1;
  }

  /** True if an earlier pager has noted what it had taken. */
  boolean isNoted() {
    return named != null;
  }

  Donor donor() {
    return donor;
  }

  int slots() {
    return slots;
  }

  int free() {
    return free;
  }

  /** Takes a free slot for a block; the caller has checked that there is one. */
  int take(int block) {
    for (int i = 0; i <= words; i++) {
      int index = cursor + i < words ? cursor + i : cursor + i - words;
      long word = used.get(JAVA_LONG, 8L * index);
      if (word != -1L) {
        int slot = (index << 6) + Long.numberOfTrailingZeros(~word);
        if (slot < slots) {
          mark(slot, block);
          cursor = index;
          free--;
          return slot;
        }
      }
    }
    throw new IllegalStateException(donor.name() + " has no free slot, yet counts " + free);
  }

  /** A slot of which it has been found that this block of an earlier pager names it. */
  void adopt(int slot, int block) {
    if (slot >= slots || has(named == null ? used : named, slot)) {
      throw violated(slot, "named twice");
    }
    if (named == null) {
      free--;
    } else if (!isTaken(slot)) {
      throw violated(slot, "named and not noted");
    }
    mark(slot, block);
  }

  private IllegalStateException violated(int slot, String how) {
    return new IllegalStateException(
        "invariant 1: slot " + slot + " of " + donor.name() + ", of " + slots + ", " + how);
  }

  boolean isTaken(int slot) {
    return has(used, slot);
  }

  void give(int slot) {
    if (!isTaken(slot)) {
      throw new IllegalStateException("slot " + slot + " of " + donor.name() + " is free already");
    }
    set(used, slot, false);
    if (named != null) {
      set(named, slot, false);
    }
    free++;
  }

  private void mark(int slot, int block) {
    if (owners != null) {
      owners.setAtIndex(JAVA_INT, slot, block + 1);
    }
    set(used, slot, true);
    if (named != null) {
      set(named, slot, true);
    }
  }

  /**
   * Frees those of the slots from {@code from} that were noted and that no block names, once all
   * blocks have been looked at.
   *
   * @param from a multiple of 64
   * @param wordsMax how many words of slots are looked at
   * @return how many were freed
   */
  int sweep(int from, int wordsMax) {
    int freed = 0;
    for (int i = from >>> 6; named != null && i < Math.min(words, (from >>> 6) + wordsMax); i++) {
      long kept = named.get(JAVA_LONG, 8L * i);
      freed += Long.bitCount(used.get(JAVA_LONG, 8L * i) & ~kept);
      WORD.setRelease(used, 8L * i, kept);
    }
    free += freed;
    return freed;
  }

  private static boolean has(MemorySegment bits, int slot) {
    return (bits.get(JAVA_LONG, 8L * (slot >>> 6)) & 1L << slot) != 0;
  }

  /** In the order of the program: the next pager may find what was stored until any moment. */
  private static void set(MemorySegment bits, int slot, boolean value) {
    long at = 8L * (slot >>> 6);
    long word = bits.get(JAVA_LONG, at);
    WORD.setRelease(bits, at, value ? word | 1L << slot : word & ~(1L << slot));
  }

  /** How long a read takes lately, in nanoseconds; 0 if none has been seen. */
  long readNanos() {
    return readNanos;
  }

  /** A read has taken so long. */
  void observed(long nanos) {
    readNanos += readNanos == 0 ? nanos : (nanos - readNanos) / READS_AVERAGED;
    readNanos = Math.max(1, readNanos);
  }

  /** It failed: leave it alone for a while, longer if it fails again after that. */
  void avoid(long now) {
    if (isAvoided(now)) {
      return; // one incident ends many transfers
    }
    avoidNanos =
        Math.clamp(
            avoidNanos * 2,
            faultTimeoutNanos / AVOID_PART_FIRST,
            faultTimeoutNanos / AVOID_PART_LAST);
    avoidUntil = now + avoidNanos;
    avoided = true;
  }

  /** It worked. */
  void trust() {
    avoidNanos = 0;
    avoided = false;
  }

  boolean isAvoided(long now) {
    if (avoided && now - avoidUntil >= 0) {
      avoided = false;
    }
    return avoided;
  }
}
