package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;

/**
 * Stands for a donor of which a shard has no slab, so that donors have the same index in all
 * shards.
 */
record NoDonor(String name, Tier tier) implements Donor {
  @Override
  public boolean isElsewhere() {
    return false;
  }

  @Override
  public long grantedBytes() {
    return 0;
  }

  @Override
  public boolean start(Transfer transfer) {
    throw new IllegalArgumentException(name + " has given nothing, yet is asked to move bytes");
  }

  @Override
  public int poll(Ended ended) {
    return 0;
  }

  @Override
  public String lastFailure() {
    return "";
  }

  @Override
  public void close() {}
}
