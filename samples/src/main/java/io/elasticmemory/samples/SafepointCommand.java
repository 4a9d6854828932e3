package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.safepoint.SafepointBench;
import io.elasticmemory.samples.bench.safepoint.SafepointPlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench safepoint}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "safepoint",
    description = "Measures what a thread that waits for a slow donor adds to System.gc().",
    sortOptions = false,
    footer = {
      "",
      "The thread waits within a plain access, within a load, and within a scan.",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench safepoint --late-millis 1500 --rounds 5"
    })
final class SafepointCommand implements Callable<Integer> {
  /** Below the pager's patience with a donor. */
  private static final int LATE_MILLIS_MAX = 5000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--late-millis",
      paramLabel = "MS",
      defaultValue = "1500",
      description = "How late the donor's answers are (default: ${DEFAULT-VALUE}).")
  private int lateMillis;

  @Mixin private final RoundsOption rounds = new RoundsOption(5);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    Limits limits = new Limits(spec);
    limits.require("--late-millis", lateMillis, 200, LATE_MILLIS_MAX);
    SafepointPlan plan = new SafepointPlan(lateMillis, rounds.count());
    return BenchRunner.runAt(
        json,
        workplace -> new SafepointBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }
}
