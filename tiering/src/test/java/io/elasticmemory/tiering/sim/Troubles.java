package io.elasticmemory.tiering.sim;

/** What is the matter with a donor, each until a moment, and whether it has what it had. */
final class Troubles {
  private final long[] until = new long[Trouble.values().length];
  private final VirtualClock clock;
  private boolean dead;

  /** It was started anew, and its client has not noticed. */
  private boolean lost;

  Troubles(VirtualClock clock) {
    this.clock = clock;
  }

  /** Something is the matter until a moment. */
  void suffer(Trouble trouble, long moment) {
    until[trouble.ordinal()] = moment;
  }

  boolean suffers(Trouble trouble) {
    return clock.nanoTime() < until[trouble.ordinal()];
  }

  /** The moment until which that is, or was, the matter. */
  long until(Trouble trouble) {
    return until[trouble.ordinal()];
  }

  /** It will never answer again. */
  void die() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  /** It is started anew, without what it had. */
  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  /** Whoever asks anew after that gets answers again. */
  void noticeLoss() {
    if (lost) {
      until[Trouble.CUT.ordinal()] = 0;
      lost = false;
    }
  }
}
