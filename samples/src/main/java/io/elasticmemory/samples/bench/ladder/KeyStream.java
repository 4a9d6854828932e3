package io.elasticmemory.samples.bench.ladder;

import java.util.BitSet;

/** Pages in the order in which they are accessed: the same for the same seed. For one thread. */
interface KeyStream {
  /** The next page, from 0. */
  int next();

  /**
   * The pages that are accessed most, for a warm start; none where all are alike.
   *
   * @param count at most so many
   */
  default BitSet hottest(int count) {
    return new BitSet();
  }
}
