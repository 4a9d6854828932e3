package io.elasticmemory.samples.prove.disk;

/** What a {@link FaultyDisk} does to one transfer. */
public enum DiskFault {
  /** Nothing: as it should be. */
  NONE,
  /** EIO, and nothing is done; also where room is reserved. */
  ERROR,
  /** ENOSPC to a write and where room is reserved, and nothing is done; nothing to a read. */
  FULL,
  /** Only the first half is done, which is what the disk says, too. */
  SHORT,
  /**
   * Only the first 512 bytes of a write reach the disk, which says that all have; of a read too.
   */
  TORN,
  /** One bit is turned over. */
  FLIPPED,
  /** A write that is acknowledged and never made; nothing to a read. */
  LOST,
  /** A write that is made 64 KiB behind its place; a read of there. */
  MISDIRECTED,
  /** Done in time, answered late. */
  SLOW,
  /** Done in time, and not answered until {@link FaultyDisk#release}. */
  STUCK;

  /** Whether a read can have it. */
  boolean happensToReads() {
    return this != FULL && this != LOST;
  }
}
