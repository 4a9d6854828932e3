package io.elasticmemory.tiering.sim;

/**
 * Chance that never strikes: of what may happen nothing does, of a choice it is the first, and
 * whatever takes time takes the least or the most of it. Rubbish is rubbish still.
 */
final class Steady extends Seeded {
  private final boolean late;

  Steady(boolean late) {
    super(1);
    this.late = late;
  }

  @Override
  int below(int bound) {
    return 0;
  }

  @Override
  boolean oneIn(int times) {
    return times == 1;
  }

  @Override
  long between(long least, long most) {
    return late ? most : least;
  }
}
