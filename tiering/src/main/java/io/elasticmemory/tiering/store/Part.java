package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Transfer;

/**
 * What a mirror asks of one of its sides. Reused; its frame is the mirror's own, so that a side may
 * keep it as long as it likes.
 */
final class Part extends Transfer {
  /** How far it is. */
  enum Stage {
    /** Not asked for. */
    IDLE,
    /** To be started. */
    WAITING,
    /** The side has it. */
    UNDER_WAY,
    /** The side has reported it. */
    ENDED
  }

  Stage stage = Stage.IDLE;

  /** Which side. */
  int side;

  /** When it was started; before that, when it may be. */
  long since;

  /** When it was reported. */
  long endedAt;

  boolean isOpen() {
    return stage == Stage.WAITING || stage == Stage.UNDER_WAY;
  }

  boolean isGood() {
    return stage == Stage.ENDED && outcome() == Outcome.DONE;
  }

  boolean isBad() {
    return stage == Stage.ENDED && outcome() != Outcome.DONE;
  }

  /** To be started from that moment on. */
  void await(long from) {
    stage = Stage.WAITING;
    since = from;
  }
}
