package io.elasticmemory.tiering.policy;

/**
 * First in, first out: what came first leaves first, unless it was spared. It needs no knowledge of
 * hits, which a pager does not have.
 */
public final class FifoReplacement implements ReplacementPolicy {
  private final BlockQueue queue;

  /** A policy on an empty queue. */
  public FifoReplacement(BlockQueue queue) {
    this.queue = queue;
  }

  @Override
  public void arrived(int block) {
    queue.append(block);
  }

  @Override
  public void left(int block) {
    queue.remove(block);
  }

  @Override
  public void spared(int block) {
    queue.remove(block);
    queue.append(block);
  }

  @Override
  public int victim() {
    return queue.first();
  }

  @Override
  public int size() {
    return queue.size();
  }
}
