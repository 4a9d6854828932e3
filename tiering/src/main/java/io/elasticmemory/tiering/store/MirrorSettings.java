package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

/**
 * What a mirror goes by.
 *
 * @param blockBytes bytes of a slot
 * @param lateNanos a side that owes for so long what the other side has answered is dropped
 * @param failingNanos a side that only fails for so long, while the other works, is dropped
 * @param copyBytesPerSecond how fast a side that came back gets what it lacks, at most
 */
public record MirrorSettings(
    int blockBytes, long lateNanos, long failingNanos, long copyBytesPerSecond) {
  /** Of all shards together: a tenth of a network of 10 GBit/s. */
  private static final long COPY_BYTES_PER_SECOND = 128L << 20;

  /** Well before a store counts as late, which is at a quarter. */
  private static final int LATE_PART = 8;

  private static final int FAILING_PART = 32;

  /** Those of a shard in a space of so many. */
  public static MirrorSettings of(int blockBytes, long faultTimeoutNanos, int shards) {
    return new MirrorSettings(
        blockBytes,
        Math.max(faultTimeoutNanos / LATE_PART, MILLISECONDS.toNanos(1)),
        Math.max(faultTimeoutNanos / FAILING_PART, MILLISECONDS.toNanos(1)),
        COPY_BYTES_PER_SECOND / shards);
  }
}
