package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.policy.AdaptivePrefetch;
import io.elasticmemory.tiering.policy.PrefetchPolicy;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * What a shard may use and how long it waits.
 *
 * @param budgetBytes DRAM that the shard's present pages may take
 * @param pageBytes the machine's page
 * @param faultTimeoutNanos a fault without a good answer for so long stops the application
 * @param storeTimeoutNanos a store without an answer for so long is tried at another donor
 * @param youngNanos a block brought in on demand is no victim for so long
 * @param frameBytes buffers for blocks on their way, for leaving and for fetching each
 * @param promote move blocks that are fetched repeatedly from SSD up to REMOTE
 * @param elastic adapt what is fetched with a demanded subblock to what the program does; otherwise
 *     it is always the rest of its block
 * @param poison the application goes on when something is lost, and has an error where it touches
 *     that
 */
public record ShardSettings(
    long budgetBytes,
    int pageBytes,
    long faultTimeoutNanos,
    long storeTimeoutNanos,
    long youngNanos,
    long frameBytes,
    boolean promote,
    boolean elastic,
    boolean poison) {

  /** The page of the machines there are. */
  static final int PAGE_BYTES = 4096;

  private static final long MILLI = 1_000_000;

  /** The part of the budget that may be watched before it leaves, and at most so many blocks. */
  private static final int COOLING_PART = 16;

  private static final int COOLING_MAX = 1024;

  /** Defaults for a budget. */
  public static ShardSettings of(long budgetBytes) {
    return new ShardSettings(
        budgetBytes, PAGE_BYTES, 10_000 * MILLI, 2_500 * MILLI, MILLI, 4L << 20, true, true, false);
  }

  /** The smallest budget with which a shard can always go on. */
  public static long minimumBudgetBytes(Geometry geometry) {
    return 16L * geometry.blockBytes();
  }

  void requireBudget(Geometry geometry) {
    long least = minimumBudgetBytes(geometry);
    if (budgetBytes < least) {
      throw new IllegalArgumentException(
          "a budget of "
              + budgetBytes
              + " bytes is below the minimum of "
              + least
              + " for blocks of "
              + geometry.blockBytes()
              + " bytes");
    }
  }

  /** A part of the budget, so that a block has time to be written again; but no long walk. */
  int coolingMax(Geometry geometry) {
    return (int) Math.clamp(budgetBytes / geometry.blockBytes() / COOLING_PART, 1, COOLING_MAX);
  }

  PrefetchPolicy prefetchPolicy(Geometry geometry, LongFunction<MemorySegment> privateMemory) {
    return elastic
        ? new AdaptivePrefetch(geometry, budgetBytes, privateMemory)
        : PrefetchPolicy.restOfBlock(geometry.subblocks());
  }

  /** These settings with another limit for faults; stores get a quarter of it. */
  public ShardSettings withFaultTimeoutNanos(long nanos) {
    return with(nanos, nanos / 4, frameBytes, promote, elastic, poison);
  }

  /** These settings with other buffers. */
  public ShardSettings withFrameBytes(long bytes) {
    return with(faultTimeoutNanos, storeTimeoutNanos, bytes, promote, elastic, poison);
  }

  /** These settings with promotion on or off. */
  public ShardSettings withPromote(boolean on) {
    return with(faultTimeoutNanos, storeTimeoutNanos, frameBytes, on, elastic, poison);
  }

  /** These settings with an adaptive or a fixed unit of fetching. */
  public ShardSettings withElastic(boolean on) {
    return with(faultTimeoutNanos, storeTimeoutNanos, frameBytes, promote, on, poison);
  }

  /** These settings for an application that goes on when something is lost, or not. */
  public ShardSettings withPoison(boolean on) {
    return with(faultTimeoutNanos, storeTimeoutNanos, frameBytes, promote, elastic, on);
  }

  /** The one copy: all that can be changed, beside what cannot. */
  private ShardSettings with(
      long newFaultTimeoutNanos,
      long newStoreTimeoutNanos,
      long newFrameBytes,
      boolean newPromote,
      boolean newElastic,
      boolean newPoison) {
    return new ShardSettings(
        budgetBytes,
        pageBytes,
        newFaultTimeoutNanos,
        newStoreTimeoutNanos,
        youngNanos,
        newFrameBytes,
        newPromote,
        newElastic,
        newPoison);
  }
}
