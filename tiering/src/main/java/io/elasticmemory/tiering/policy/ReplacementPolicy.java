package io.elasticmemory.tiering.policy;

/**
 * Chooses who leaves when DRAM runs short. It knows what a pager sees and no more: blocks that come
 * and go, and touches of the few blocks that are watched, which means unmapped but kept, so that
 * the next touch is a fault. All other touches go unseen. Used by one thread; allocates nothing;
 * every call takes constant time.
 *
 * <p>The life of a block: {@link #arrived}, perhaps {@link #toWatch} names it, {@link #watched}
 * when it is unmapped, {@link #touched} if a fault shows it in use, {@link #victim} names it,
 * {@link #left}.
 */
public interface ReplacementPolicy {
  /** No block. */
  int NOBODY = -1;

  /** The first subblock of {@code block} became present. It may have left not long ago. */
  void arrived(int block);

  /** The last subblock of {@code block} left. */
  void left(int block);

  /** The contents of an absent block were given up: what it was used for says nothing any more. */
  default void forgotten(int block) {}

  /**
   * The next block whose touches it wants to see, or {@link #NOBODY}. It names each block once, and
   * may be left unanswered: the block is then taken for one that is not touched.
   */
  default int toWatch() {
    return NOBODY;
  }

  /** From now on the next touch of the block will be seen. */
  default void watched(int block) {}

  /** The block was touched: read or written while it was watched, or written while protected. */
  default void touched(int block) {}

  /** The block cannot leave now: others first. */
  void spared(int block);

  /** It is being watched whether the block is still written: a few others first. */
  void cooling(int block);

  /** Who should leave next, or {@link #NOBODY}. The block stays until {@link #left}. */
  int victim();

  /** Blocks it knows. */
  int size();
}
