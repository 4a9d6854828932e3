package io.elasticmemory.tiering.policy;

/**
 * Chooses who leaves when DRAM runs short. Told of every block that comes and goes; used by one
 * thread; allocates nothing.
 */
public interface ReplacementPolicy {
  /** No block. */
  int NOBODY = -1;

  /** The first subblock of {@code block} became present. */
  void arrived(int block);

  /** The last subblock of {@code block} left. */
  void left(int block);

  /** The block was needed again, or cannot leave now: others first. */
  void spared(int block);

  /** It is being watched whether the block is still written: a few others first. */
  void cooling(int block);

  /** Who should leave next, or {@link #NOBODY}. The block stays until {@link #left}. */
  int victim();

  /** Blocks it knows. */
  int size();
}
