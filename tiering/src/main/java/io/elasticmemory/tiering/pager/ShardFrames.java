package io.elasticmemory.tiering.pager;

import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * The frames of a shard: how many blocks can be on their way in each direction at a time, and how
 * much memory that takes.
 *
 * @param moving between tiers
 * @param leaving to a donor
 * @param arriving from a donor, with small ones besides
 */
record ShardFrames(Frames moving, Frames leaving, Frames arriving) {
  /** Frames each way, at least. */
  private static final int FRAMES_MIN = 4;

  /** Leaving frames for each donor, at least: it may keep some late and still get others. */
  private static final int FRAMES_PER_DONOR_MIN = 3;

  /** Frames each way, at most. */
  private static final int FRAMES_MAX = 64;

  /** Besides, a part of their bytes for frames of one subblock, and at most so many of them. */
  private static final int SMALL_PART = 4;

  private static final int SMALL_FRAMES_MAX = 128;

  /** For moves a part of the bytes, and at most so many at the same time. */
  private static final int MOVING_PART = 4;

  private static final int MOVES_MAX = 4;

  /**
   * Allocates them.
   *
   * @param bytes for leaving and for arriving each; more where that is too little for the least
   */
  static ShardFrames allocate(
      Geometry geometry, long bytes, int donors, LongFunction<MemorySegment> privateMemory) {
    int blockBytes = geometry.blockBytes();
    Frames moving = new Frames(privateMemory, blockBytes, bytes / MOVING_PART, 1, MOVES_MAX);
    Frames leaving =
        new Frames(
            privateMemory,
            blockBytes,
            bytes,
            Math.clamp((long) FRAMES_PER_DONOR_MIN * donors, FRAMES_MIN, FRAMES_MAX),
            FRAMES_MAX);
    Frames arriving =
        new Frames(
            privateMemory,
            blockBytes,
            bytes,
            FRAMES_MIN,
            FRAMES_MAX,
            geometry.subblockBytes(),
            (int) Math.min(bytes / SMALL_PART / geometry.subblockBytes(), SMALL_FRAMES_MAX));
    return new ShardFrames(moving, leaving, arriving);
  }
}
