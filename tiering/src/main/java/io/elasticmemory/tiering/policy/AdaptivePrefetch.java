package io.elasticmemory.tiering.policy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.elasticmemory.Advice;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * What a program has done decides what it will be given: faults that belong to a stream bring its
 * window ahead, all others the unit that has proved useful in their region. A program that touches
 * single subblocks here and there gets just those.
 */
public final class AdaptivePrefetch implements PrefetchPolicy {
  /** A region, the largest unit. */
  private static final int REGION_BYTES = 2 << 20;

  /** The window of a stream, at most. */
  private static final int WINDOW_BYTES_MAX = 2 << 20;

  /** Of the budget, one stream may ask for so small a part. */
  private static final int WINDOW_PART = 32;

  /** Positions ahead of a stride, each of which is a transfer of its own. */
  private static final int STRIDE_WINDOW_MAX = 32;

  private static final Advice[] ADVICE = Advice.values();

  private final Streams streams;
  private final Locality locality;
  private final MemorySegment advice;
  private final int regionShift;
  private final int blockShift;

  /**
   * A policy that has seen nothing yet.
   *
   * @param budgetBytes DRAM of the space, of which a stream may take a small part
   * @param privateMemory gives zeroed memory that costs nothing until touched
   */
  public AdaptivePrefetch(
      Geometry geometry, long budgetBytes, LongFunction<MemorySegment> privateMemory) {
    long windowBytes = Math.min(WINDOW_BYTES_MAX, budgetBytes / WINDOW_PART);
    int windowMax = (int) Math.max(1, windowBytes / geometry.subblockBytes());
    streams = new Streams(windowMax, Math.min(STRIDE_WINDOW_MAX, windowMax));
    regionShift = Integer.numberOfTrailingZeros(REGION_BYTES / geometry.subblockBytes());
    blockShift = Integer.numberOfTrailingZeros(geometry.subblocks());
    long regions = (geometry.capacityBytes() + REGION_BYTES - 1) / REGION_BYTES;
    locality = new Locality(privateMemory.apply(regions * Locality.REGION_BYTES), regionShift);
    advice = privateMemory.apply(regions);
  }

  @Override
  public void advise(long first, long last, Advice given) {
    long from = first >>> regionShift;
    long regions = (last >>> regionShift) - from + 1;
    advice.asSlice(from, regions).fill((byte) given.ordinal());
  }

  @Override
  public void demanded(long subblock, boolean isComing, Plan plan) {
    plan.only(subblock);
    Advice given = ADVICE[advice.get(JAVA_BYTE, subblock >>> regionShift)];
    if (given == Advice.RANDOM) {
      return;
    }
    int stream = streams.match(subblock, isComing);
    if (stream == Plan.NO_STREAM && given == Advice.SEQUENTIAL) {
      stream = streams.beginAtFullWindow(subblock);
    }
    if (stream != Plan.NO_STREAM) {
      if (streams.isNew(stream)) {
        locality.vote(subblock);
      }
      streams.plan(stream, plan);
      return;
    }
    locality.demanded(subblock, plan);
    streams.remember(subblock, plan.unitFrom, plan.unitTo);
  }

  @Override
  public boolean isUsedInParts(long subblock) {
    long region = subblock >>> regionShift;
    return switch (ADVICE[advice.get(JAVA_BYTE, region)]) {
      case RANDOM -> blockShift > 0;
      case SEQUENTIAL -> false;
      default -> locality.isSmallerThan(blockShift, region);
    };
  }

  @Override
  public long judged() {
    return streams.judged() + locality.judged();
  }

  @Override
  public long used() {
    return streams.used() + locality.used();
  }

  @Override
  public void followed(int stream, long next) {
    streams.followed(stream, next);
  }
}
