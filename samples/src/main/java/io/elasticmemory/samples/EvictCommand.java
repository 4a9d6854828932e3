package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.evict.EvictBench;
import io.elasticmemory.samples.bench.evict.EvictPlan;
import io.elasticmemory.samples.bench.fault.Placement;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench evict}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "evict",
    description = "Measures how fast blocks leave DRAM, clean and dirty, beside the same in C.",
    sortOptions = false,
    footer = {
      "",
      "Dirty blocks go to an exporter on loopback; what the C program reads out goes nowhere.",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench evict --mib 512 --rounds 5"
    })
final class EvictCommand implements Callable<Integer> {
  /** As many pages as the C program takes. */
  private static final int MIB_MAX = 1 << 16;

  @Spec private CommandSpec spec;

  @Option(
      names = "--mib",
      paramLabel = "MIB",
      defaultValue = "256",
      description = "What leaves in each round (default: ${DEFAULT-VALUE}).")
  private int mib;

  @Mixin private final RoundsOption rounds = new RoundsOption(5);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    Limits limits = new Limits(spec);
    limits.require("--mib", mib, 1, MIB_MAX);
    EvictPlan plan = new EvictPlan(mib, rounds.count(), Placement.one());
    return BenchRunner.runAt(
        json,
        workplace -> new EvictBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }
}
