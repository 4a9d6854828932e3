package io.elasticmemory.tiering.store;

/** Doubts in an array of the test, which may look at them and have doubts of its own. */
record RememberedDoubts(boolean[] sides) implements Doubts {
  @Override
  public boolean has(int side) {
    return sides[side];
  }

  @Override
  public void set(int side, boolean doubted) {
    sides[side] = doubted;
  }
}
