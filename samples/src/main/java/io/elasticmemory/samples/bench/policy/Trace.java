package io.elasticmemory.samples.bench.policy;

import java.util.Random;

/**
 * Every access of a run, in order, as block numbers. First all blocks are written one after the
 * other; then the workload goes on twice as long as it is measured.
 *
 * @param workload what it is a trace of
 * @param blocks how many different blocks there are
 * @param accesses block numbers
 * @param measuredFrom the first access that counts
 */
public record Trace(Workload workload, int blocks, int[] accesses, int measuredFrom) {
  /** Accesses that count. */
  public int measured() {
    return accesses.length - measuredFrom;
  }

  /**
   * Records a workload.
   *
   * @param blocks blocks of the data set
   * @param room blocks of the DRAM budget, by which sets are called hot
   * @param measured accesses that count
   */
  public static Trace record(Workload workload, int blocks, int room, int measured, long seed) {
    int[] accesses = new int[Math.addExact(blocks, Math.multiplyExact(2, measured))];
    for (int i = 0; i < blocks; i++) {
      accesses[i] = i;
    }
    Random random = new Random(seed);
    int[] places = permutation(blocks, random);
    Workload.Steps steps = workload.steps(new Workload.Sizes(blocks, room, measured), random);
    for (int i = blocks; i < accesses.length; i++) {
      accesses[i] = places[steps.next()];
    }
    return new Trace(workload, blocks, accesses, accesses.length - measured);
  }

  /** Which blocks are neighbours says nothing about which are used together. */
  private static int[] permutation(int count, Random random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
