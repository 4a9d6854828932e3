package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Donor;

/**
 * One donor as the shard sees it: which of its slots are free, and whether it has failed lately.
 * Free slots are not stored anywhere: an adopter counts them from the table.
 */
final class SlotMap {
  private static final long AVOID_NANOS_MIN = 100_000_000L;
  private static final long AVOID_NANOS_MAX = 5_000_000_000L;

  private final Donor donor;
  private final long[] used;
  private final int slots;
  private int free;
  private int cursor;
  private long avoidUntil;
  private long avoidNanos;
  private boolean avoided;

  SlotMap(Donor donor, int blockBytes, int slotsMax) {
    this.donor = donor;
    slots = (int) Math.min(donor.grantedBytes() / blockBytes, slotsMax);
    used = new long[(slots + 63) >>> 6];
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
    for (int i = 0; i <= used.length; i++) {
      int index = cursor + i < used.length ? cursor + i : cursor + i - used.length;
      if (used[index] != -1L) {
        int slot = (index << 6) + Long.numberOfTrailingZeros(~used[index]);
        if (slot < slots) {
          used[index] |= 1L << slot;
          cursor = index;
          free--;
          return slot;
        }
      }
    }
    throw new IllegalStateException(donor.name() + " has no free slot, yet counts " + free);
  }

  void give(int slot) {
    if ((used[slot >>> 6] & 1L << slot) == 0) {
      throw new IllegalStateException("slot " + slot + " of " + donor.name() + " is free already");
    }
    used[slot >>> 6] &= ~(1L << slot);
    free++;
  }

  /** It failed: leave it alone for a while, longer each time. */
  void avoid(long now) {
    avoidNanos = Math.clamp(avoidNanos * 2, AVOID_NANOS_MIN, AVOID_NANOS_MAX);
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
