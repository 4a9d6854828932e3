package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;

/**
 * A queue whose last part is watched; who is touched there starts again. With all of it watched it
 * would be LRU, at the price of a fault for every touch.
 */
final class SecondChance extends RecordPolicy {
  private static final float WATCHED = 0.25f;

  private final RecordQueue queue = queue(0);
  private final RecordQueue watched = queue(1);

  SecondChance(BlockRecords records) {
    super(records, 2);
  }

  @Override
  public void arrived(int block) {
    queue.append(block);
  }

  @Override
  public int toWatch() {
    return watchPart(queue, watched, WATCHED);
  }

  @Override
  public void touched(int block) {
    if (watched.contains(block)) {
      move(block, queue);
    }
  }

  @Override
  public int victim() {
    return first(watched, queue);
  }
}
