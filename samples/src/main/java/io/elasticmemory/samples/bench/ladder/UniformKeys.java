package io.elasticmemory.samples.bench.ladder;

import java.util.SplittableRandom;

/** Any page, all alike. */
final class UniformKeys implements KeyStream {
  private final SplittableRandom random;
  private final int pages;

  UniformKeys(int pages, long seed) {
    this.random = new SplittableRandom(seed);
    this.pages = pages;
  }

  @Override
  public int next() {
    return random.nextInt(pages);
  }
}
