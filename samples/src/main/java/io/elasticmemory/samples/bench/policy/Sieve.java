package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;

/**
 * SIEVE (Zhang and others, 2024): one queue and a hand that goes through it from the oldest to the
 * newest, evicts what was not touched since it passed there last, and leaves the others where they
 * are. A block is watched from its arrival, and again from when the hand has passed it.
 */
final class Sieve extends RecordPolicy {
  private static final int TOUCHED = 1;

  private final RecordQueue queue = queue(0);
  private final Pending toWatch = new Pending();
  private int hand = NOBODY;

  Sieve(BlockRecords records) {
    super(records, 1);
  }

  @Override
  public void arrived(int block) {
    queue.append(block);
    records.mark(block, 0);
    toWatch.add(block);
  }

  @Override
  public void left(int block) {
    if (block == hand) {
      hand = queue.next(block);
    }
    leave(block);
  }

  @Override
  public int toWatch() {
    int block = toWatch.take();
    while (block != NOBODY && !(queue.contains(block) && records.mark(block) == 0)) {
      block = toWatch.take();
    }
    return block;
  }

  @Override
  public void touched(int block) {
    records.mark(block, TOUCHED);
  }

  @Override
  public int victim() {
    if (hand == NOBODY) {
      hand = queue.first();
    }
    while (records.mark(hand) == TOUCHED) {
      records.mark(hand, 0);
      toWatch.add(hand);
      int next = queue.next(hand);
      hand = next == NOBODY ? queue.first() : next;
    }
    return hand;
  }
}
