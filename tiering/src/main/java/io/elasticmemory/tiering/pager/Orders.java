package io.elasticmemory.tiering.pager;

import io.elasticmemory.Advice;

/**
 * What an application can ask of its pager. Ranges are checked by the caller. Each {@link Done} is
 * told later, or at once, on the same thread.
 */
public interface Orders {
  /** Forgets whole blocks; they are zero afterwards. Done when that is in table and memory. */
  void discard(int firstBlock, int blockCount, Done done);

  /** Lets blocks leave. The result is how many are left when time is over, 0 in the end. */
  void unload(int firstBlock, int blockCount, Done done);

  /** Brings stored blocks of a range in, as far as there is room: a hint. */
  void prefetch(long offset, long bytes);

  /**
   * What is present of the blocks stays, as if it had just arrived. Done when nothing of them is on
   * its way out any more: what could not be called back is absent then.
   */
  void keep(int firstBlock, int blockCount, Done done);

  /**
   * Brings whole blocks in and maps them, as reading them would. Done with 0 when each has been
   * present and mapped, with 1 when one could not be brought for as long as a fault may wait.
   */
  void load(int firstBlock, int blockCount, Done done);

  /**
   * As {@link #load}, and from then on the blocks stay: present, mapped, writable, and dirty, until
   * {@link #unpin}. Done with 0 when that is so.
   */
  void pin(int firstBlock, int blockCount, Done done);

  /** Lets blocks leave again, as dirty ones. */
  void unpin(int firstBlock, int blockCount, Done done);

  /** As {@link #unload}, but once over the blocks and with no answer: some may stay. */
  void letGo(int firstBlock, int blockCount);

  /** Expects a range to be used in some way: NORMAL, SEQUENTIAL or RANDOM. */
  void advise(long offset, long bytes, Advice advice);

  /**
   * Changes the DRAM budget. Done with 0 when the present bytes are within it, with 1 when a later
   * resize has replaced it.
   *
   * @throws IllegalArgumentException if it is below {@link ShardSettings#minimumBudgetBytes}
   */
  void resize(long budgetBytes, Done done);
}
