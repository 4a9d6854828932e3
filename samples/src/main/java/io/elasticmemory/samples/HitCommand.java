package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.hit.HitBench;
import io.elasticmemory.samples.bench.hit.HitPlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench hit}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "hit",
    description = "Measures access to memory that is in DRAM, beside ordinary memory.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench hit --mib 1024 --rounds 41"
    })
final class HitCommand implements Callable<Integer> {
  private static final int MIB_MAX = 1 << 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--mib",
      paramLabel = "MIB",
      defaultValue = "256",
      description =
          "Memory of each of three kinds: space, plain, huge pages (default: ${DEFAULT-VALUE}).")
  private int mib;

  @Option(
      names = "--accesses",
      paramLabel = "N",
      defaultValue = "4000000",
      description = "Accesses of each pattern in each of them (default: ${DEFAULT-VALUE}).")
  private int accesses;

  @Mixin private final RoundsOption rounds = new RoundsOption(21);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    Limits limits = new Limits(spec);
    limits.require("--mib", mib, 1, MIB_MAX);
    limits.require("--accesses", accesses, 1, Integer.MAX_VALUE);
    HitPlan plan = new HitPlan(mib, rounds.count(), accesses);
    return BenchRunner.run(json, () -> new HitBench(plan, ConsoleProgress.onStandardError()).run());
  }
}
