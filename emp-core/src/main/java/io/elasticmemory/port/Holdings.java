package io.elasticmemory.port;

/**
 * What a donor keeps, for one that has to know: because its positions are more than it has room
 * for, or because it moves by itself what it keeps. Its transfers tell it what is written; the rest
 * it is told here.
 *
 * <p>What binds implementers: nothing here waits, and nothing allocates while the donor is healthy.
 * Positions and bytes are as those of a transfer. Used by the donor's thread.
 */
public interface Holdings {
  /** Of a donor that keeps no account, and has room for all of its positions. */
  Holdings NONE = new Holdings() {};

  /** Bytes of blocks for which there is room now, whatever they hold. */
  default long roomBytes() {
    return Long.MAX_VALUE;
  }

  /**
   * Nobody will read this range before it is written again, and no write to it is under way: what
   * it takes can be given to others.
   *
   * @param bytes a positive multiple of 4 KiB, at most one block
   */
  default void forget(long position, int bytes) {}

  /**
   * Something in this block's range was stored by an earlier pager.
   *
   * @param position of the block
   */
  default void holds(long position) {}

  /** All that earlier pagers have stored has been said by {@link #holds}, or was written since. */
  default void holdsNothingElse() {}

  /**
   * By this a donor finds out whether what it has read, to move it, is right. Called once, before
   * anything else.
   *
   * @return whether it will ever ask
   */
  default boolean checkBy(StoredCheck check) {
    return false;
  }
}
