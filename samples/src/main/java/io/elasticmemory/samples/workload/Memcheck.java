package io.elasticmemory.samples.workload;

import java.util.SplittableRandom;

/**
 * EMP's memchecker: writes every cell, works on them as its {@link Mode} says, and checks every
 * cell. Each write changes the value, so a word that is lost, stale, misdirected or zeroed is
 * noticed at the next check, whenever that is.
 */
public final class Memcheck {
  private static final int[] ELASTIC_STRIDES = {4 << 10, 1 << 20, 4 << 10, 1 << 20};

  private final CheckedMemory memory;
  private final Plan plan;
  private final Crew crew;
  private long randomOperations;

  /** A run that has not begun. */
  public Memcheck(CheckedMemory memory, Plan plan, Crew crew) {
    if (memory.cellCount() < Math.max(2, crew.threads())) {
      throw new IllegalArgumentException(
          memory.cellCount() + " cells are too few for " + crew.threads() + " threads");
    }
    this.memory = memory;
    this.plan = plan;
    this.crew = crew;
  }

  /** Runs to the end. */
  public void run() {
    long start = System.nanoTime();
    writeAll();
    if (plan.mode() != Mode.SEQ) {
      work();
    }
    while (System.nanoTime() - start < plan.atLeast().toNanos()) {
      work();
    }
    plan.defect().ifPresent(defect -> defect.plant(memory, new SplittableRandom(plan.seed())));
    checkAll();
  }

  /** Operations as they are reported: the random ones where there are any, else every access. */
  public long operations() {
    return switch (plan.mode()) {
      case RAND, RAND_RW -> randomOperations;
      case SEQ, ELASTIC -> accesses();
    };
  }

  /** Accesses to cells in all phases. */
  public long accesses() {
    return crew.phases().stream().mapToLong(Phase::operations).sum();
  }

  private void work() {
    switch (plan.mode()) {
      case SEQ -> {
        checkAll();
        writeAll();
      }
      case RAND -> random("check at random", plan.operations(), this::checkAtRandom);
      case RAND_RW -> random("rewrite at random", 2 * plan.operations(), this::rewriteAtRandom);
      case ELASTIC -> elastic();
    }
  }

  private void writeAll() {
    pass("write", 1, memory::write);
  }

  private void checkAll() {
    pass("check", 1, memory::check);
  }

  private void elastic() {
    for (int stride : ELASTIC_STRIDES) {
      int step = Math.max(1, stride / memory.shape().strideBytes());
      String name = " every " + (stride >> 10) + " KiB";
      pass("check" + name, step, memory::check);
      pass("write" + name, step, memory::write);
      pass("check" + name, step, memory::check);
    }
  }

  /** What to do with one cell. */
  @FunctionalInterface
  private interface Verb {
    void apply(long cell, Tally tally);
  }

  /** Each thread goes over its own part of the memory, which is contiguous. */
  private void pass(String name, int step, Verb verb) {
    long stops = (memory.cellCount() + step - 1) / step;
    crew.run(
        name,
        stops,
        (thread, tally) -> {
          long end = crew.shareStart(thread + 1, stops);
          for (long stop = crew.shareStart(thread, stops); stop < end; stop++) {
            verb.apply(stop * step, tally);
          }
        });
  }

  /** What to do at a place chosen at random. */
  @FunctionalInterface
  private interface Access {
    void at(long place, int thread, Tally tally);
  }

  private void random(String name, long accesses, Access access) {
    long round = crew.phases().size();
    crew.run(
        name,
        accesses,
        (thread, tally) -> {
          long seed = WordCode.mix(plan.seed() * 31 + round * 1_000_003 + thread);
          SplittableRandom random = new SplittableRandom(seed);
          long share =
              crew.shareStart(thread + 1, plan.operations())
                  - crew.shareStart(thread, plan.operations());
          for (long i = 0; i < share; i++) {
            access.at(plan.skew().choose(random, memory.cellCount()), thread, tally);
          }
        });
    randomOperations += plan.operations();
  }

  private void checkAtRandom(long place, int thread, Tally tally) {
    memory.check(place, tally);
  }

  /**
   * Cell number c belongs to thread c modulo the number of threads: all threads meet in every page,
   * never in a cell.
   */
  private void rewriteAtRandom(long place, int thread, Tally tally) {
    long cell = place - place % crew.threads() + thread;
    if (cell >= memory.cellCount()) {
      cell -= crew.threads();
    }
    memory.check(cell, tally);
    memory.write(cell, tally);
  }
}
