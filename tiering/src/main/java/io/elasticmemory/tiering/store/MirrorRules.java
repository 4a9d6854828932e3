package io.elasticmemory.tiering.store;

/**
 * The questions on which the data of a mirror hangs. The simulation overrides one at a time to show
 * that it would notice a wrong answer.
 */
public class MirrorRules {
  /** The rules of production. */
  public static final MirrorRules STRICT = new MirrorRules();

  /** A write is done when no side that is in use still owes its acknowledgement. */
  protected boolean isDone(int acknowledged, int owed) {
    return acknowledged > 0 && owed == 0;
  }

  /** A write to a place that is being copied must come after the copy. */
  protected boolean waitsForCopy(boolean copying) {
    return copying;
  }

  /** Only what is right is copied. */
  protected boolean isRight(boolean right) {
    return right;
  }

  /** A side may be behind while the other does what it shall. */
  protected boolean mayLag(boolean otherIsSound) {
    return otherIsSound;
  }

  /** A side can be done without when the other owes nothing. */
  protected boolean isEnough(boolean owes) {
    return !owes;
  }

  /** A side that came back is believed when it lacks nothing any more. */
  protected boolean isRebuilt(boolean lacksNothing) {
    return lacksNothing;
  }
}
