package io.elasticmemory.samples.bench.ladder;

import java.util.BitSet;
import java.util.SplittableRandom;

/** Nine of ten accesses to the first tenth of the pages, the others anywhere. */
final class HotSetKeys implements KeyStream {
  private static final int HOT_PAGES_PERCENT = 10;
  private static final int HOT_ACCESSES_PERCENT = 90;

  private final SplittableRandom random;
  private final int pages;
  private final int hotPages;

  HotSetKeys(int pages, long seed) {
    this.random = new SplittableRandom(seed);
    this.pages = pages;
    this.hotPages = (int) Math.max(1, (long) pages * HOT_PAGES_PERCENT / 100);
  }

  @Override
  public int next() {
    boolean isHot = random.nextInt(100) < HOT_ACCESSES_PERCENT;
    return random.nextInt(isHot ? hotPages : pages);
  }

  @Override
  public BitSet hottest(int count) {
    BitSet hottest = new BitSet();
    hottest.set(0, Math.min(count, hotPages));
    return hottest;
  }
}
