package io.elasticmemory.wire;

/**
 * How much memory of its own a pager needs for what it knows of blocks: whoever plans a space
 * leaves room for that of a standby, which has it before it needs it.
 */
public final class PagerRecords {
  /** Of a standby, at most. */
  public static final long STANDBY_BYTES_MAX = 256L << 20;

  private static final long BYTES_PER_BLOCK = 64;

  private PagerRecords() {}

  /** About what one shard keeps, unless a block has hundreds of subblocks. */
  public static long bytes(Geometry geometry) {
    return BYTES_PER_BLOCK * geometry.blockCount();
  }
}
