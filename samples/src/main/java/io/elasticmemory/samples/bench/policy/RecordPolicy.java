package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.RecordQueue;
import io.elasticmemory.tiering.policy.ReplacementPolicy;

/**
 * What candidates have in common: queues over the records of blocks. They are only replayed, where
 * every block can leave at any time.
 */
abstract class RecordPolicy implements ReplacementPolicy {
  final BlockRecords records;
  private final RecordQueue[] queues;

  /** A policy with so many empty queues. */
  RecordPolicy(BlockRecords records, int queueCount) {
    this.records = records;
    queues = new RecordQueue[queueCount];
    for (int i = 0; i < queueCount; i++) {
      queues[i] = new RecordQueue(records, i + 1);
    }
  }

  final RecordQueue queue(int index) {
    return queues[index];
  }

  /** The index of the queue the block is in; -1 for none. */
  final int queueOf(int block) {
    return records.queue(block) - 1;
  }

  final void move(int block, RecordQueue to) {
    leave(block);
    to.append(block);
  }

  final void leave(int block) {
    if (queueOf(block) >= 0) {
      queues[queueOf(block)].remove(block);
    }
  }

  /** The first of a watched queue and the queue before it. */
  static int first(RecordQueue watched, RecordQueue before) {
    return watched.isEmpty() ? before.first() : watched.first();
  }

  /** Keeps a part of two queues watched: names the next block of the first for the second. */
  static int watchPart(RecordQueue before, RecordQueue watched, float part) {
    if (before.isEmpty() || watched.size() >= part * (before.size() + watched.size())) {
      return NOBODY;
    }
    int block = before.first();
    before.remove(block);
    watched.append(block);
    return block;
  }

  @Override
  public void left(int block) {
    leave(block);
  }

  @Override
  public final void spared(int block) {
    move(block, queues[queueOf(block)]);
  }

  @Override
  public final void cooling(int block) {
    spared(block);
  }

  @Override
  public int size() {
    int size = 0;
    for (RecordQueue queue : queues) {
      size += queue.size();
    }
    return size;
  }
}
