package io.elasticmemory.wire;

/**
 * The 64-bit word of a block in the table: everything about it that must change in one store.
 *
 * <pre>
 *  63   62..60     59       58..52    51..24       23..0
 * +----+----------+--------+---------+------------+------------+
 * |LOST| activity | pinned | donor+1 | slot       | generation |
 * +----+----------+--------+---------+------------+------------+
 * </pre>
 *
 * A word of zero is a block never touched. {@code donor+1 == 0} means the block has no slot. What
 * is pinned stays so through all that happens to the block, until the unpin.
 */
public final class BlockWord {
  /** Nothing is under way. */
  public static final int NONE = 0;

  /** Dirty subblocks are being stored in the slot. */
  public static final int LEAVING = 1;

  /** Stored subblocks are being brought back. */
  public static final int FETCHING = 2;

  /** The stored subblocks are being copied to the target slot. */
  public static final int MOVING = 3;

  /** All is being forgotten. */
  public static final int DISCARDING = 4;

  /** Slots a donor can have. */
  public static final int SLOTS_MAX = 1 << 28;

  /** Donors a space can have. */
  public static final int DONORS_MAX = 126;

  /** Generations before they start again. */
  public static final int GENERATIONS = 1 << 24;

  private static final long GENERATION_MASK = GENERATIONS - 1L;
  private static final long SLOT_MASK = (SLOTS_MAX - 1L) << 24;
  private static final long DONOR_MASK = 0x7fL << 52;
  private static final long PINNED_BIT = 1L << 59;
  private static final long ACTIVITY_MASK = 7L << 60;
  private static final long LOST_BIT = 1L << 63;

  private BlockWord() {}

  /** Which life of the block this is. */
  public static int generation(long word) {
    return (int) (word & GENERATION_MASK);
  }

  /** The slot, meaningful if {@link #hasSlot}. */
  public static int slot(long word) {
    return (int) ((word & SLOT_MASK) >>> 24);
  }

  /** Index of the donor that has the slot, -1 if there is none. */
  public static int donor(long word) {
    return (int) ((word & DONOR_MASK) >>> 52) - 1;
  }

  /** True if the block has a slot. */
  public static boolean hasSlot(long word) {
    return (word & DONOR_MASK) != 0;
  }

  /** What is under way: {@link #NONE} to {@link #DISCARDING}. */
  public static int activity(long word) {
    return (int) ((word & ACTIVITY_MASK) >>> 60);
  }

  /** True if no good copy of some subblock is left. */
  public static boolean isLost(long word) {
    return (word & LOST_BIT) != 0;
  }

  /** True if the application has been told that the block is pinned, and has not unpinned it. */
  public static boolean isPinned(long word) {
    return (word & PINNED_BIT) != 0;
  }

  /** The word of a block that is pinned, or not any more. */
  public static long withPinned(long word, boolean pinned) {
    return pinned ? word | PINNED_BIT : word & ~PINNED_BIT;
  }

  /** The word with another activity. */
  public static long withActivity(long word, int activity) {
    return (word & ~ACTIVITY_MASK) | ((long) activity << 60);
  }

  /** The word with another place. */
  public static long withSlot(long word, int donor, int slot) {
    return (word & ~(SLOT_MASK | DONOR_MASK)) | ((donor + 1L) << 52) | ((long) slot << 24);
  }

  /** The word without a place. */
  public static long withoutSlot(long word) {
    return word & ~(SLOT_MASK | DONOR_MASK);
  }

  /** The word one generation later. */
  public static long withNextGeneration(long word) {
    return (word & ~GENERATION_MASK) | ((word + 1) & GENERATION_MASK);
  }

  /** The word marked as lost. */
  public static long withLost(long word) {
    return word | LOST_BIT;
  }

  /** The word of a block of which nothing is lost any more. */
  public static long withoutLost(long word) {
    return word & ~LOST_BIT;
  }

  /** For messages: {@code LEAVING donor 1 slot 17 generation 3}. */
  public static String describe(long word) {
    String[] names = {"NONE", "LEAVING", "FETCHING", "MOVING", "DISCARDING", "?5", "?6", "?7"};
    return (isLost(word) ? "LOST " : "")
        + (isPinned(word) ? "PINNED " : "")
        + names[activity(word)]
        + (hasSlot(word) ? " donor " + donor(word) + " slot " + slot(word) : " no slot")
        + " generation "
        + generation(word);
  }
}
