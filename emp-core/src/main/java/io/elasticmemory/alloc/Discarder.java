package io.elasticmemory.alloc;

/** Makes whole blocks zero again without writing them, by forgetting what they hold. */
@FunctionalInterface
public interface Discarder {

  /**
   * Starts to discard a range, which nobody owns meanwhile. Called from whatever thread freed
   * memory, without a lock held; must not wait for the discard to have happened.
   *
   * @param offset where the range begins, on a block's boundary
   * @param bytes a multiple of the block, positive
   * @param done to be run once, by any thread, when every later read of the range gives zeros;
   *     running it again does nothing, and as long as it has not run the range is handed to nobody
   */
  void discard(long offset, long bytes, Runnable done);
}
