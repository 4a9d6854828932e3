package io.elasticmemory.tiering.sim;

/** Of all transfers that the disks of a run get, one ends with an error. */
final class FailingCall {
  /** What such a transfer has done by then. */
  enum Way {
    /** An error and nothing else. */
    NOTHING_MOVED,
    /** The first half of its bytes is where it belongs. */
    MOVED_IN_PART
  }

  private long calls;
  private long failing = Long.MAX_VALUE;
  private Way way = Way.NOTHING_MOVED;
  private int failedReads;
  private int failedWrites;

  /** Has the transfer with that number fail, from 0. */
  void plan(long call, Way way) {
    failing = call;
    this.way = way;
  }

  /** A disk is about to do another one; true if that fails. */
  boolean isNext(boolean write) {
    boolean fails = calls++ == failing;
    failedWrites += fails && write ? 1 : 0;
    failedReads += fails && !write ? 1 : 0;
    return fails;
  }

  Way way() {
    return way;
  }

  /** How many there were. */
  long calls() {
    return calls;
  }

  /** How many of them were reads that failed. */
  int failedReads() {
    return failedReads;
  }

  /** How many of them were writes that failed. */
  int failedWrites() {
    return failedWrites;
  }
}
