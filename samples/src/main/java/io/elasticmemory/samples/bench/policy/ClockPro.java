package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;

/**
 * CLOCK-Pro (Jiang, Chen and Zhang, 2005) with its one clock taken apart into queues: hot blocks;
 * cold ones, of which those touched in their test period become hot; and those that left during
 * their test, which become hot when they come back and let more cold ones be present. Who loses a
 * test makes them fewer. A block is watched from its arrival, and again from when a hand has
 * passed.
 */
final class ClockPro extends RecordPolicy {
  private static final int TOUCHED = 1;
  private static final int HANDS_MAX = 64;

  private final RecordQueue hot = queue(0);
  private final RecordQueue cold = queue(1);
  private final RecordQueue tested = queue(2);
  private final Pending toWatch = new Pending();
  private int coldTarget = 1;

  ClockPro(BlockRecords records) {
    super(records, 3);
  }

  @Override
  public int size() {
    return hot.size() + cold.size();
  }

  @Override
  public void arrived(int block) {
    records.mark(block, 0);
    toWatch.add(block);
    if (tested.contains(block)) {
      coldTarget = Math.min(coldTarget + 1, Math.max(1, size() - 1));
      move(block, hot);
    } else {
      cold.append(block);
    }
    coolDown();
  }

  /** The hand of the hot ones: as long as there are too many, those not touched become cold. */
  private void coolDown() {
    for (int i = 0; i < HANDS_MAX && hot.size() > Math.max(1, size() - coldTarget); i++) {
      int block = hot.first();
      move(block, records.mark(block) == TOUCHED ? hot : cold);
      records.mark(block, 0);
      toWatch.add(block);
    }
    while (tested.size() > size()) {
      tested.remove(tested.first());
      coldTarget = Math.max(1, coldTarget - 1);
    }
  }

  @Override
  public void left(int block) {
    move(block, tested);
  }

  @Override
  public int toWatch() {
    int block = toWatch.take();
    while (block != NOBODY && (tested.contains(block) || records.mark(block) != 0)) {
      block = toWatch.take();
    }
    return block;
  }

  @Override
  public void touched(int block) {
    records.mark(block, TOUCHED);
  }

  /** The hand of the cold ones. */
  @Override
  public int victim() {
    while (!cold.isEmpty() && records.mark(cold.first()) == TOUCHED) {
      int block = cold.first();
      records.mark(block, 0);
      toWatch.add(block);
      move(block, hot);
      coolDown();
    }
    return cold.isEmpty() ? hot.first() : cold.first();
  }
}
