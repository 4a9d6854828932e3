package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Donor;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a mirror has one of its sides from, and has it again after it was dropped. Used by the
 * mirror's thread; nothing here waits.
 */
public interface Replica extends AutoCloseable {
  /** For messages: {@code 10.0.0.7:19675}. */
  String name();

  /**
   * The donor, if it can be had now, open, and fenced from all that was sent before; otherwise it
   * is asked for, and null. What it holds counts as nothing. Called again and again while the
   * mirror has none.
   */
  @Nullable Donor open();

  /** True if it has answered, and does not have any more what it was given. */
  boolean isLost(Donor donor);

  /** True while it cannot be reached, as far as is known without asking it anything. */
  boolean isAway(Donor donor);

  /** True if it is slower than the other, and read only when that does not answer. */
  default boolean isBackup() {
    return false;
  }

  /**
   * Whether it may say that a write is done before it is, as long as it keeps account of that; it
   * may not before this was called.
   */
  default void mayLag(boolean may) {}

  /** True if something that it has said to be done is not done yet. */
  default boolean owes() {
    return false;
  }

  /** The slots of which it may not have what an earlier pager has stored. */
  default void eachLacking(IntConsumer slots) {}

  /** True if it may not have what an earlier pager has stored in the slot. */
  default boolean lacks(int slot) {
    return false;
  }

  /** The other side is gone: nobody has what this one lacks. */
  default void forgiveLacking() {}

  /**
   * Uses the donor no more, from now on: what is under way there is not reported, and its frames
   * are neither read nor written. What was sent may land until {@link #open} gives another.
   */
  void drop(Donor donor);

  /** Asks no more. */
  @Override
  void close();
}
