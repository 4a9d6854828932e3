package io.elasticmemory.tiering.pager;

/**
 * How full DRAM may get, in subblocks: evictions begin a little below the high mark and go on to
 * the low one; nothing is brought in ahead of need above the high mark.
 */
public record WaterMarks(long total, long high, long evictAbove, long low) {
  /** At most so much lies between two marks. */
  private static final long STEP_BYTES_MAX = 32L << 20;

  /** The marks for a budget. */
  public static WaterMarks of(long budgetBytes, int subblockBytes, int blockSubblocks) {
    long total = budgetBytes / subblockBytes;
    long most = STEP_BYTES_MAX / subblockBytes;
    long step = Math.max(2L * blockSubblocks, Math.min(most, total / 16));
    return new WaterMarks(total, total - step, total - step - step / 4, total - 2 * step);
  }
}
