package io.elasticmemory.samples.workload;

/** Chooses the seed of a random test and prints it. */
public final class Seeds {
  private Seeds() {}

  /** A seed of its own for every run; {@code -Demp.seed=N} repeats one. */
  public static long choose(String test) {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println(test + ": seed " + seed + ", to repeat: -Demp.seed=" + seed);
    return seed;
  }
}
