package io.elasticmemory.tiering.policy;

/**
 * First in, first out: what came first leaves first, unless it was spared. It needs no knowledge of
 * hits, which a pager does not have. Blocks that are watched wait in a short queue of their own, so
 * that the first of them is due after a few others, however many blocks there are.
 */
public final class FifoReplacement implements ReplacementPolicy {
  private final BlockQueue queue;
  private final BlockQueue cooling;
  private final int coolingMax;

  /**
   * A policy on two empty queues.
   *
   * @param coolingMax blocks that are watched at the same time
   */
  public FifoReplacement(BlockQueue queue, BlockQueue cooling, int coolingMax) {
    this.queue = queue;
    this.cooling = cooling;
    this.coolingMax = coolingMax;
  }

  @Override
  public void arrived(int block) {
    queue.append(block);
  }

  @Override
  public void left(int block) {
    queue.remove(block);
    cooling.remove(block);
  }

  @Override
  public void spared(int block) {
    left(block);
    queue.append(block);
  }

  @Override
  public void cooling(int block) {
    left(block);
    cooling.append(block);
  }

  @Override
  public int victim() {
    return cooling.size() >= coolingMax || queue.size() == 0 ? cooling.first() : queue.first();
  }

  @Override
  public int size() {
    return queue.size() + cooling.size();
  }
}
