package io.elasticmemory.tiering.policy;

/**
 * How much may be spent on seeing touches. To watch a block costs a part of a system call, and a
 * fault when it is touched, which is a third of the cheapest fault that brings a block in, or less.
 * So what may be watched grows with the blocks that arrive: nothing is watched while everything
 * fits, and never are there more faults for the sake of knowing than arrivals. Used by one thread.
 */
public final class SamplingRate {
  /** Blocks that may be watched for each one that arrives. */
  private static final int WATCHES_PER_ARRIVAL = 3;

  /** What was not spent is kept for so many arrivals at most. */
  private static final int ARRIVALS_KEPT_MAX = 4096;

  private int watches;
  private int touches;

  /** A block has arrived. */
  public void arrived() {
    watches = Math.min(watches + WATCHES_PER_ARRIVAL, WATCHES_PER_ARRIVAL * ARRIVALS_KEPT_MAX);
    touches = Math.min(touches + 1, ARRIVALS_KEPT_MAX);
  }

  /** How many blocks may be watched now, at most {@code wanted}. */
  public int allowed(int wanted) {
    return touches <= 0 ? 0 : Math.min(wanted, watches);
  }

  /** So many blocks are going to be watched. */
  public void watching(int blocks) {
    watches -= blocks;
  }

  /** A watched block was touched. */
  public void touched() {
    touches--;
  }
}
