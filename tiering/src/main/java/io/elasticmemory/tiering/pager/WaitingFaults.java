package io.elasticmemory.tiering.pager;

/**
 * Faults that could not be answered when they were read, each with its deadline. They stay in the
 * order in which they came.
 */
final class WaitingFaults {
  /** Faults that wait here; more stay in the kernel's queue. */
  private static final int COUNT_MAX = 1024;

  private final long[] offsets = new long[COUNT_MAX];
  private final int[] flags = new int[COUNT_MAX];
  private final long[] deadlines = new long[COUNT_MAX];
  private int count;

  /** Faults that wait. */
  int count() {
    return count;
  }

  boolean hasRoomFor(int more) {
    return count + more <= COUNT_MAX;
  }

  /** Adds one; there must be room for it. */
  void add(long offset, int flags, long deadline) {
    offsets[count] = offset;
    this.flags[count] = flags;
    deadlines[count] = deadline;
    count++;
  }

  long offset(int index) {
    return offsets[index];
  }

  int flags(int index) {
    return flags[index];
  }

  long deadline(int index) {
    return deadlines[index];
  }

  /** Moves one to a place not behind its own, over one that waits no more. */
  void move(int from, int to) {
    offsets[to] = offsets[from];
    flags[to] = flags[from];
    deadlines[to] = deadlines[from];
  }

  /** Forgets all but the first so many. */
  void cut(int length) {
    count = length;
  }

  /** Why the application has to be stopped when a fault has waited until its deadline. */
  static String overdue(Blocks blocks, long offset, long timeoutNanos) {
    StringBuilder reason = new StringBuilder();
    reason.append("a fault in ").append(blocks.describe(blocks.geometry.blockOf(offset)));
    reason.append(" found no DRAM frame within ").append(timeoutNanos / 1_000_000);
    reason.append(" ms");
    for (int i = 0; i < blocks.slots.count(); i++) {
      describeTrouble(blocks, i, reason);
    }
    return reason.toString();
  }

  /** A donor that fails or is full keeps blocks in DRAM, and so may be the reason. */
  private static void describeTrouble(Blocks blocks, int donor, StringBuilder reason) {
    String failure = blocks.slots.donor(donor).lastFailure();
    boolean fenced = blocks.slots.isFenced(donor);
    if (failure.isEmpty() && fenced && blocks.slots.freeSlots(donor) > 0) {
      return;
    }
    reason.append("; ").append(blocks.slots.tier(donor)).append(" donor ");
    reason.append(blocks.slots.donor(donor).name()).append(": ");
    String state = fenced ? "full" : "has not confirmed that the pager before is shut out";
    reason.append(failure.isEmpty() ? state : failure);
  }
}
