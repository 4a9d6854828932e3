package io.elasticmemory;

/** Where a block's bytes live, fastest first. */
public enum Tier {
  /** Frames of this machine, within the space's DRAM budget. */
  DRAM,
  /** Compressed blocks in DRAM of this machine. */
  COMPRESSED,
  /** DRAM of other machines, lent by exporters. */
  REMOTE,
  /** Files and block devices. */
  SSD;

  /**
   * Whether this tier is slower than {@code other}, so that blocks are demoted from there to here.
   */
  public boolean isBelow(Tier other) {
    return compareTo(other) > 0;
  }
}
