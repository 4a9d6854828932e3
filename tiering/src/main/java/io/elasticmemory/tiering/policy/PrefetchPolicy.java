package io.elasticmemory.tiering.policy;

/**
 * Chooses what else of a block comes when one of its subblocks was demanded. Used by one thread.
 */
public interface PrefetchPolicy {
  /** The first subblock worth bringing along with {@code demanded}. */
  int from(int block, int demanded, int subblocks);

  /** One past the last subblock worth bringing along. */
  int to(int block, int demanded, int subblocks);

  /** The whole block: who touches one subblock soon touches its neighbours. */
  static PrefetchPolicy restOfBlock() {
    return new PrefetchPolicy() {
      @Override
      public int from(int block, int demanded, int subblocks) {
        return 0;
      }

      @Override
      public int to(int block, int demanded, int subblocks) {
        return subblocks;
      }
    };
  }
}
