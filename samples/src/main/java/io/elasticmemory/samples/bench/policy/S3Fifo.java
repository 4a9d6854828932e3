package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;

/**
 * S3-FIFO (Yang and others, 2023): a small queue for what is new, a main queue for what was touched
 * there or comes back soon after it left. Touches are seen in the last part of each.
 */
final class S3Fifo extends RecordPolicy {
  private static final float SMALL_PART = 0.1f;
  private static final float REMEMBERED_PART = 0.9f;
  private static final float WATCHED = 0.25f;
  private static final float SMALL_WATCHED = 0.8f;

  private final RecordQueue small = queue(0);
  private final RecordQueue watchedSmall = queue(1);
  private final RecordQueue main = queue(2);
  private final RecordQueue watchedMain = queue(3);
  private int evictions;

  S3Fifo(BlockRecords records) {
    super(records, 4);
  }

  private int smallSize() {
    return small.size() + watchedSmall.size();
  }

  @Override
  public void arrived(int block) {
    int leftAt = records.seen(block);
    boolean isRemembered = leftAt != 0 && evictions - leftAt < REMEMBERED_PART * size();
    (isRemembered ? main : small).append(block);
  }

  @Override
  public void left(int block) {
    evictions++;
    boolean isSmall = small.contains(block) || watchedSmall.contains(block);
    records.seen(block, isSmall ? evictions : 0);
    leave(block);
  }

  @Override
  public int toWatch() {
    int block = watchPart(small, watchedSmall, SMALL_WATCHED);
    return block == NOBODY ? watchPart(main, watchedMain, WATCHED) : block;
  }

  @Override
  public void touched(int block) {
    if (watchedSmall.contains(block) || watchedMain.contains(block)) {
      move(block, main);
    }
  }

  @Override
  public int victim() {
    boolean fromSmall = smallSize() > SMALL_PART * size() || smallSize() == size();
    return fromSmall ? first(watchedSmall, small) : first(watchedMain, main);
  }
}
