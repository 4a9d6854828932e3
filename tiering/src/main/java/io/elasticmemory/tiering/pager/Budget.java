package io.elasticmemory.tiering.pager;

import java.util.function.LongBinaryOperator;

/**
 * The DRAM a shard may fill, in subblocks: those present and those on their way in. Demand may use
 * all of it; what is brought in ahead stays below the high mark; evictions begin somewhat below
 * that, so that there is room before it is needed, and go on to the low mark.
 *
 * <p>When the budget shrinks, demand does not wait until everything above it has left, which can
 * take longer than a fault may: it may fill a ceiling that begins at the old budget and sinks with
 * each subblock brought in. So for each that comes two must leave, and the new budget is reached.
 */
final class Budget {
  private final Residency residency;
  private final int subblockBytes;
  private final int blockSubblocks;
  private final LongBinaryOperator more;
  private long total;
  private long high;
  private long evictAbove;
  private long low;
  private long ceiling;
  private long promised;
  private long promises;
  private boolean evicting;
  private long pinned;

  /** Subblocks that an earlier pager has left in memory and that have not been found yet. */
  private long inherited;

  /** A budget that does not grow by itself. */
  Budget(Residency residency, int subblockBytes, int blockSubblocks, long budgetBytes) {
    this(residency, subblockBytes, blockSubblocks, budgetBytes, (total, promises) -> 0);
  }

  /**
   * A budget.
   *
   * @param more told the budget in subblocks, and how often room has been promised, when little is
   *     left; says by how many subblocks it grows
   */
  Budget(
      Residency residency,
      int subblockBytes,
      int blockSubblocks,
      long budgetBytes,
      LongBinaryOperator more) {
    this.more = more;
    this.residency = residency;
    this.subblockBytes = subblockBytes;
    this.blockSubblocks = blockSubblocks;
    resize(budgetBytes);
  }

  void resize(long budgetBytes) {
    resizeTo(budgetBytes / subblockBytes);
  }

  /** The same in subblocks. */
  void resizeTo(long subblocks) {
    WaterMarks marks = WaterMarks.of(subblocks * subblockBytes, subblockBytes, blockSubblocks);
    total = marks.total();
    high = marks.high();
    low = marks.low();
    ceiling = Math.max(ceiling, total);
    evictAbove = marks.evictAbove();
  }

  long totalBytes() {
    return total * subblockBytes;
  }

  /** The budget in subblocks. */
  long total() {
    return total;
  }

  /** Subblocks that may be present or promised until the budget has been reached. */
  long bound() {
    return Math.max(used(), Math.max(total, ceiling));
  }

  /** True unless the budget has shrunk and has not been reached since. */
  boolean isSettled() {
    return ceiling == total;
  }

  /** Asks for more before anything must leave; never on the path of a fault. */
  private boolean grow() {
    long grown = more.applyAsLong(total, promises);
    if (grown > 0) {
      resizeTo(total + grown);
    }
    return grown > 0;
  }

  /** Subblocks present or promised; of those that are to be found yet, as many as are expected. */
  long used() {
    return residency.presentSubblocks() + inherited + promised;
  }

  /**
   * So many subblocks are in memory and will be found. If that is more than the budget, demand need
   * not wait until they have left.
   */
  void inherit(long subblocks) {
    inherited = subblocks;
    ceiling = Math.max(total, used());
  }

  /** So many of them have been found, and count as present now or are gone. */
  void found(int subblocks) {
    inherited = Math.max(0, inherited - subblocks);
  }

  /** So many are still to be found, if as many are there as was thought. */
  long inherited() {
    return inherited;
  }

  /** How often room has been asked for so far. */
  long promises() {
    return promises;
  }

  /** Promises room for subblocks that somebody waits for. */
  boolean promise(int subblocks) {
    // One that must wait counts as well: it is need of more, above all.
    promises++;
    if (used() + subblocks > ceiling) {
      return false;
    }
    promised += subblocks;
    ceiling = Math.max(total, ceiling - subblocks);
    return true;
  }

  /** Promises room for subblocks that nobody waits for yet. */
  boolean promiseAhead(int subblocks) {
    return used() + subblocks <= high && promise(subblocks);
  }

  /** Subblocks of blocks that are pinned, or will be, and cannot leave. */
  long pinned() {
    return pinned;
  }

  /** So many more of them; fewer, if that is negative. */
  void pin(int subblocks) {
    pinned += subblocks;
  }

  /** The promised subblocks are present now, or will not come. */
  void settle(int subblocks) {
    promised -= subblocks;
    if (promised < 0) {
      throw new IllegalStateException("promised subblocks fell to " + promised);
    }
  }

  /** True while more must leave than {@code leaving} subblocks that are on their way out. */
  boolean mustEvict(long leaving) {
    long rest = used() - leaving;
    if (rest > evictAbove && !(grow() && rest <= evictAbove)) {
      evicting = true;
    } else if (rest <= low) {
      evicting = false;
    }
    return evicting;
  }

  /** Somebody wants room for what nobody waits for yet: as if the high mark had been passed. */
  void press() {
    evicting |= !grow();
  }

  /** True while the last look found that more must leave. */
  boolean isPressed() {
    return evicting;
  }

  /** True while blocks may have to leave soon. */
  boolean isNearlyFull() {
    return used() > low;
  }

  /**
   * How many blocks would be present with another budget, once blocks have to leave.
   *
   * @param quarters of this budget
   * @param blocks that are present now
   */
  long blocksWith(int quarters, long blocks) {
    long used = Math.max(1, used());
    long filled = Math.max(used, low);
    return blocks
        * WaterMarks.usedWith(quarters, total, filled, subblockBytes, blockSubblocks)
        / used;
  }

  boolean hasRoomAhead() {
    return used() + blockSubblocks <= high || grow() && used() + blockSubblocks <= high;
  }

  /** True once the bytes present are within the budget; from then on it binds demand as well. */
  boolean reach() {
    boolean within = used() <= total;
    if (within) {
      ceiling = total;
    }
    return within;
  }

  /** True while a cancelled eviction does not endanger the next fault. */
  boolean hasReserve() {
    return used() + blockSubblocks <= total;
  }
}
