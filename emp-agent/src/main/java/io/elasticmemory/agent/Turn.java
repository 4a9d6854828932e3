package io.elasticmemory.agent;

import io.elasticmemory.space.Space;
import org.jspecify.annotations.Nullable;

/**
 * What one thread is about with the redirector: the JDK counts, allocates and zeroes a direct
 * buffer in calls that know nothing of each other.
 */
final class Turn {
  private static final ThreadLocal<@Nullable Turn> TURNS = new ThreadLocal<>();

  /** Within EMP itself, whose allocations are ordinary. */
  boolean inside;

  /** The space with which the agent looks whether its hooks work, before anybody else has it. */
  @Nullable Space probed;

  /** Memory that was got when it should have been counted; the next allocation gets it. */
  long keptAddress;

  /** Its size, 0 if there is none. */
  long keptBytes;

  /**
   * Size of the allocation for which there was no memory when it should have been counted, or 0.
   */
  long refusedBytes;

  /** The last range this thread has got, until the JDK asks whether it must be zeroed. */
  long freshAddress;

  long freshBytes;

  /** Size of the memory just freed that was not counted, 0 if it was. */
  long uncountedBytes;

  /** That of the calling thread. */
  static Turn current() {
    Turn turn = TURNS.get();
    if (turn == null) {
      turn = new Turn();
      TURNS.set(turn);
    }
    return turn;
  }
}
