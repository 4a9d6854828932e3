package io.elasticmemory.tiering.sim;

/**
 * Fails a run in which an invariant does not hold.
 *
 * @param asserting false for a run that looks at bytes alone
 */
record Judge(boolean asserting) {
  void violated(int number, int block, String what) {
    if (asserting) {
      throw new SimFailure("invariant " + number + ": " + what, block);
    }
  }
}
