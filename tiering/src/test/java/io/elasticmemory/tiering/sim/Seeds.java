package io.elasticmemory.tiering.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds on two threads and prints what they met. */
final class Seeds {
  private static final int WORKERS = 2;

  private Seeds() {}

  /**
   * Runs {@code -Dsim.seeds} seeds, or as many as given, from {@code -Dsim.from}, or from 1. Throws
   * the first failure that any of them finds.
   */
  static Tally run(long seedsUnlessSaid) throws InterruptedException {
    long from = Long.getLong("sim.from", 1);
    long seeds = Long.getLong("sim.seeds", seedsUnlessSaid);
    System.out.printf("simulating seeds %d to %d%n", from, from + seeds - 1);
    long begun = System.nanoTime();
    Tally tally = runAll(from, from + seeds);
    System.out.printf(
        "simulated seeds %d to %d in %.1f s%n%s",
        from, from + seeds - 1, (System.nanoTime() - begun) / 1e9, tally.table());
    return tally;
  }

  private static Tally runAll(long from, long end) throws InterruptedException {
    AtomicLong next = new AtomicLong(from);
    Tally all = new Tally();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      List<Future<Tally>> parts = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        parts.add(workers.submit(() -> runSome(next, end)));
      }
      for (Future<Tally> part : parts) {
        all.addAll(resultOf(part));
      }
    }
    return all;
  }

  private static Tally resultOf(Future<Tally> part) throws InterruptedException {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SimFailure failure ? failure : new AssertionError(e.getCause());
    }
  }

  private static Tally runSome(AtomicLong next, long end) {
    Tally tally = new Tally();
    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
      try {
        tally.addAll(Simulation.run(seed).tally());
      } catch (SimFailure failure) {
        next.set(end);
        throw failure;
      }
    }
    return tally;
  }
}
