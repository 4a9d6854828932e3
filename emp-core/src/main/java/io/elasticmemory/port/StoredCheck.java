package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/** Knows what a donor has been given to keep. */
@FunctionalInterface
public interface StoredCheck {
  /** Of who knows nothing: whatever it is may be right. */
  StoredCheck NONE = (_, _, _) -> true;

  /**
   * Whether these may be the bytes that the donor keeps for its caller. What is being written just
   * then, or is kept for nobody, may be anything.
   *
   * @param position of a block, as that of a transfer
   * @param bytes holds what the donor has read there, a whole block
   * @param at where in {@code bytes} it begins
   */
  boolean isRight(long position, MemorySegment bytes, long at);
}
