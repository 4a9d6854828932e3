package io.elasticmemory.samples.bench.ladder;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Zipf's law with the exponent 0.99 of YCSB, after Gray and others, "Quickly Generating
 * Billion-Record Synthetic Databases", 1994. The ranks are scattered over the memory by a
 * permutation, so that the hot pages are not neighbours.
 */
final class ZipfKeys implements KeyStream {
  static final double EXPONENT = 0.99;

  private static final double ALPHA = 1 / (1 - EXPONENT);
  private static final double SECOND = Math.pow(0.5, EXPONENT);

  private final SplittableRandom random;
  private final PageOrder order;
  private final int pages;
  private final double zeta;
  private final double eta;

  ZipfKeys(int pages, long seed) {
    this.random = new SplittableRandom(seed);
    this.order = new PageOrder(pages);
    this.pages = pages;
    this.zeta = zeta(pages);
    this.eta = (1 - Math.pow(2.0 / pages, 1 - EXPONENT)) / (1 - (1 + SECOND) / zeta);
  }

  private static double zeta(int count) {
    double sum = 0;
    for (int i = 1; i <= count; i++) {
      sum += Math.pow(i, -EXPONENT);
    }
    return sum;
  }

  @Override
  public int next() {
    return order.place(rank());
  }

  /** The rank of the next page: 0 is the most frequent. */
  int rank() {
    double u = random.nextDouble();
    double below = u * zeta;
    if (below < 1 || pages == 1) {
      return 0;
    }
    if (below < 1 + SECOND) {
      return 1;
    }
    return (int) Math.min(pages - 1L, (long) (pages * Math.pow(eta * u - eta + 1, ALPHA)));
  }

  @Override
  public BitSet hottest(int count) {
    BitSet hottest = new BitSet();
    for (int rank = 0; rank < Math.min(count, pages); rank++) {
      hottest.set(order.place(rank));
    }
    return hottest;
  }
}
