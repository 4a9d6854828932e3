package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;

/**
 * 2Q (Johnson and Shasha, 1994): what comes for the first time passes through a queue, whatever
 * happens to it there; what comes back soon enough after that is kept in an LRU list, here one that
 * sees the touches of its last part.
 */
final class TwoQueues extends RecordPolicy {
  private static final float FIRST_PART = 0.25f;
  private static final float REMEMBERED_PART = 0.5f;
  private static final float WATCHED = 0.25f;

  private final RecordQueue first = queue(0);
  private final RecordQueue kept = queue(1);
  private final RecordQueue watched = queue(2);
  private int evictions;

  TwoQueues(BlockRecords records) {
    super(records, 3);
  }

  @Override
  public void arrived(int block) {
    int leftAt = records.seen(block);
    boolean isRemembered = leftAt != 0 && evictions - leftAt < REMEMBERED_PART * size();
    (isRemembered ? kept : first).append(block);
  }

  @Override
  public void left(int block) {
    evictions++;
    records.seen(block, first.contains(block) ? evictions : 0);
    leave(block);
  }

  @Override
  public int toWatch() {
    return watchPart(kept, watched, WATCHED);
  }

  @Override
  public void touched(int block) {
    if (watched.contains(block)) {
      move(block, kept);
    }
  }

  @Override
  public int victim() {
    boolean fromFirst = first.size() > FIRST_PART * size() || first.size() == size();
    return fromFirst ? first.first() : first(watched, kept);
  }
}
