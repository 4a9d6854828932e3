package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;

/** What came first leaves first. Nothing is watched. */
final class FirstInFirstOut extends RecordPolicy {
  FirstInFirstOut(BlockRecords records) {
    super(records, 1);
  }

  @Override
  public void arrived(int block) {
    queue(0).append(block);
  }

  @Override
  public int victim() {
    return queue(0).first();
  }
}
