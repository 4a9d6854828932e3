package io.elasticmemory.samples.chaos;

import io.elasticmemory.MemPath;
import io.elasticmemory.samples.bench.Bench;
import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.bench.BenchResult;
import io.elasticmemory.samples.bench.SpaceMemory;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Plan;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Runs {@code memcheck --mode rand_rw} on one space, a round after the other, and says how many
 * words of each were wrong, until its standard input ends.
 */
public final class RoundsMain {
  private static final int THREADS = 4;
  private static final int OPERATIONS = 2_000;

  private RoundsMain() {}

  /** The memory path, MiB to work on, and the seed. */
  public static void main(String[] arguments) throws InterruptedException {
    long sizeMib = Long.parseLong(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    Thread input = Thread.ofPlatform().daemon().start(RoundsMain::awaitEndOfInput);
    try (SpaceMemory space = new SpaceMemory(MemPath.parse(arguments[0]))) {
      for (int round = 0; input.isAlive(); round++) {
        BenchResult result = run(space, sizeMib, seed + round);
        System.out.printf("round %d wrong %d%n", round, result.wrongWords());
        result.examples().forEach(System.err::println);
      }
    }
  }

  private static BenchResult run(SpaceMemory space, long sizeMib, long seed) {
    Plan plan = Plan.of(Mode.RAND_RW, OPERATIONS, seed);
    BenchRequest.Resize never = BenchRequest.Resize.NEVER;
    BenchRequest request =
        new BenchRequest("memcheck", CellShape.EVERY_WORD, plan, sizeMib, THREADS, never, false);
    return new Bench(request, space, Progress.NONE).run();
  }

  private static void awaitEndOfInput() {
    try {
      int _ = System.in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
