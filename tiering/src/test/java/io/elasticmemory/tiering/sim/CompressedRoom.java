package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Transfer;

/** The room of a donor that compresses: which units take some of it, and how much is left. */
final class CompressedRoom {
  private final DonorShape shape;
  private final int unitBytes;
  private final Seeded random;
  private final boolean[] held;
  private int heldUnits;

  CompressedRoom(DonorShape shape, int units, int unitBytes, Seeded random) {
    this.shape = shape;
    this.unitBytes = unitBytes;
    this.random = random;
    held = new boolean[units];
  }

  /** Takes room for what is written, unless there is none or the bytes do not compress. */
  boolean hold(Transfer transfer) {
    int first = (int) transfer.position() / unitBytes;
    int count = transfer.bytes() / unitBytes;
    if (random.oneIn(shape.refusesOneIn()) || heldUnits + count > shape.roomUnits()) {
      letGo(first, count);
      return false;
    }
    for (int unit = first; unit < first + count; unit++) {
      heldUnits += held[unit] ? 0 : 1;
      held[unit] = true;
    }
    return true;
  }

  /** What was there takes no room any more. */
  void letGo(long position, int bytes) {
    letGo((int) position / unitBytes, bytes / unitBytes);
  }

  private void letGo(int first, int count) {
    for (int unit = first; unit < first + count; unit++) {
      heldUnits -= held[unit] ? 1 : 0;
      held[unit] = false;
    }
  }

  /** True if the unit with that number takes room. */
  boolean holds(int unit) {
    return held[unit];
  }

  /** Bytes for which there is room yet. */
  long bytes() {
    return (long) Math.max(0, shape.roomUnits() - heldUnits) * unitBytes;
  }
}
