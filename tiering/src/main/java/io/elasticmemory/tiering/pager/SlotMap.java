package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * One donor as the shard sees it: which of its slots are free, and whether it has failed lately.
 * Free slots are not stored anywhere: an adopter counts them from the table.
 */
final class SlotMap {
  /** A donor that has failed is left alone for this part of a fault's patience at first. */
  private static final int AVOID_PART_FIRST = 100;

  /** A donor that fails again and again is left alone for at most this part of it. */
  private static final int AVOID_PART_LAST = 2;

  /** The average follows a change within about so many reads. */
  private static final int READS_AVERAGED = 64;

  private final Donor donor;

  /** A bit for each slot, in memory that costs nothing until it is touched. */
  private final MemorySegment used;

  private final int words;
  private final int slots;
  private final long faultTimeoutNanos;
  private int free;
  private int cursor;
  private long avoidUntil;
  private long avoidNanos;
  private boolean avoided;
  private long readNanos;

  SlotMap(
      Donor donor,
      int blockBytes,
      int slotsMax,
      long faultTimeoutNanos,
      LongFunction<MemorySegment> privateMemory) {
    this.donor = donor;
    this.faultTimeoutNanos = faultTimeoutNanos;
    slots = (int) Math.min(donor.grantedBytes() / blockBytes, slotsMax);
    words = (slots + 63) >>> 6;
    used = privateMemory.apply(8L * Math.max(1, words));
    free = slots;
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

  /** Takes a free slot; the caller has checked that there is one. */
  int take() {
    for (int i = 0; i <= words; i++) {
      int index = cursor + i < words ? cursor + i : cursor + i - words;
      long word = used.get(JAVA_LONG, 8L * index);
      if (word != -1L) {
        int slot = (index << 6) + Long.numberOfTrailingZeros(~word);
        if (slot < slots) {
          used.set(JAVA_LONG, 8L * index, word | 1L << slot);
          cursor = index;
          free--;
          return slot;
        }
      }
    }
    throw new IllegalStateException(donor.name() + " has no free slot, yet counts " + free);
  }

  /** A slot of which it has been found that it is taken. */
  void adopt(int slot) {
    if (slot >= slots || isTaken(slot)) {
      throw new IllegalStateException(
          "invariant 1: slot " + slot + " of " + donor.name() + ", of " + slots + ", named twice");
    }
    long at = 8L * (slot >>> 6);
    used.set(JAVA_LONG, at, used.get(JAVA_LONG, at) | 1L << slot);
    free--;
  }

  boolean isTaken(int slot) {
    return (used.get(JAVA_LONG, 8L * (slot >>> 6)) & 1L << slot) != 0;
  }

  void give(int slot) {
    long at = 8L * (slot >>> 6);
    long word = used.get(JAVA_LONG, at);
    if ((word & 1L << slot) == 0) {
      throw new IllegalStateException("slot " + slot + " of " + donor.name() + " is free already");
    }
    used.set(JAVA_LONG, at, word & ~(1L << slot));
    free++;
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
