package io.elasticmemory.tiering.pager;

/**
 * How full DRAM may get, in subblocks: evictions begin a little below the high mark and go on to
 * the low one; nothing is brought in ahead of need above the high mark.
 */
public record WaterMarks(long total, long high, long evictAbove, long low) {
  /** At most so much lies between two marks. */
  private static final long STEP_BYTES_MAX = 8L << 20;

  /** The marks for a budget. */
  public static WaterMarks of(long budgetBytes, int subblockBytes, int blockSubblocks) {
    long total = budgetBytes / subblockBytes;
    long step = step(total, subblockBytes, blockSubblocks);
    return new WaterMarks(total, total - step, total - step - step / 4, total - 2 * step);
  }

  private static long step(long total, int subblockBytes, int blockSubblocks) {
    long most = STEP_BYTES_MAX / subblockBytes;
    return Math.max(2L * blockSubblocks, Math.min(most, total / 32));
  }

  /**
   * How much would be in use with another budget.
   *
   * @param quarters of this budget
   * @param total of this budget
   * @param used of it, once blocks have to leave
   */
  public static long usedWith(
      int quarters, long total, long used, int subblockBytes, int blockSubblocks) {
    long other = total * quarters / 4;
    long steps = step(other, subblockBytes, blockSubblocks);
    return other - (total - used) * steps / step(total, subblockBytes, blockSubblocks);
  }
}
