package io.elasticmemory.tiering.sim;

import io.elasticmemory.tiering.pager.Done;

/** What the simulation drives: the shard, or something that stands in for it. */
interface Pager {
  /** One round of the loop; false if there was nothing to do. */
  boolean turn();

  /** True while it is not done with taking over what another has left. */
  boolean isAdopting();

  /** How long it may sleep if nothing happens outside. */
  long idleNanos();

  void discard(int firstBlock, int blockCount, Done done);

  void unload(int firstBlock, int blockCount, Done done);

  void keep(int firstBlock, int blockCount, Done done);

  void load(int firstBlock, int blockCount, Done done);

  void pin(int firstBlock, int blockCount, Done done);

  void unpin(int firstBlock, int blockCount, Done done);

  void prefetch(long offset, long bytes);

  /** The application says that it will read there soon. */
  void hint(long offset);

  void resize(long budgetBytes, Done done);

  void close();
}
