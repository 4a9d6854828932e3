package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;

/** How the DRAM budget of a space is divided among its shards. */
final class BudgetShares {
  private final Geometry geometry;
  private final Stripes stripes;

  BudgetShares(Geometry geometry, Stripes stripes) {
    this.geometry = geometry;
    this.stripes = stripes;
  }

  /** The smallest budget with which all shards can always go on. */
  long minimumBytes() {
    return stripes.shards() * ShardSettings.minimumBudgetBytes(geometry);
  }

  /** What a shard gets of a budget: its minimum, and of the rest what its stripes are of all. */
  long of(int shard, long budgetBytes) {
    if (stripes.shards() == 1) {
      return budgetBytes;
    }
    if (budgetBytes >= geometry.capacityBytes()) {
      return stripes.bytesOf(shard);
    }
    double part = (double) stripes.bytesOf(shard) / geometry.capacityBytes();
    long rest = (long) (Math.max(0, budgetBytes - minimumBytes()) * part);
    return ShardSettings.minimumBudgetBytes(geometry)
        + rest / geometry.blockBytes() * geometry.blockBytes();
  }
}
