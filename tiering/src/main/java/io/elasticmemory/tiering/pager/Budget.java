package io.elasticmemory.tiering.pager;

/**
 * The DRAM a shard may fill, in subblocks: those present and those on their way in. Demand may use
 * all of it; what is brought in ahead stays below the high mark; evictions begin above the high
 * mark and go on to the low one.
 */
final class Budget {
  private final Residency residency;
  private final int subblockBytes;
  private final int blockSubblocks;
  private long total;
  private long high;
  private long low;
  private long promised;
  private boolean evicting;

  Budget(Residency residency, int subblockBytes, int blockSubblocks, long budgetBytes) {
    this.residency = residency;
    this.subblockBytes = subblockBytes;
    this.blockSubblocks = blockSubblocks;
    resize(budgetBytes);
  }

  void resize(long budgetBytes) {
    total = budgetBytes / subblockBytes;
    long margin = (32L << 20) / subblockBytes;
    long step = Math.max(2L * blockSubblocks, Math.min(margin, total / 16));
    high = total - step;
    low = total - 2 * step;
  }

  long totalBytes() {
    return total * subblockBytes;
  }

  /** Subblocks present or promised. */
  long used() {
    return residency.presentSubblocks() + promised;
  }

  /** Promises room for subblocks that somebody waits for. */
  boolean promise(int subblocks) {
    if (used() + subblocks > total) {
      return false;
    }
    promised += subblocks;
    return true;
  }

  /** Promises room for subblocks that nobody waits for yet. */
  boolean promiseAhead(int subblocks) {
    return used() + subblocks <= high && promise(subblocks);
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
    if (rest > high) {
      evicting = true;
    } else if (rest <= low) {
      evicting = false;
    }
    return evicting;
  }

  /** True while the last look found that more must leave. */
  boolean isPressed() {
    return evicting;
  }

  boolean hasRoomAhead() {
    return used() + blockSubblocks <= high;
  }

  boolean isWithin() {
    return used() <= total;
  }

  /** True while a cancelled eviction does not endanger the next fault. */
  boolean hasReserve() {
    return used() + blockSubblocks <= total;
  }
}
