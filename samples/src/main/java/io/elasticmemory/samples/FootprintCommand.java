package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.footprint.FootprintBench;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench footprint}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "footprint",
    description =
        "Measures what a space needs beside its data: block table, pager, CPU while it is idle.",
    sortOptions = false,
    footer = {
      "",
      "Blocks of 4 KiB and of 64 KiB, over a spill file in /var/tmp. The space that is left alone"
          + " has",
      "an exporter too; what its program and the exporter use is counted with its pager.",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench footprint --size-mib 4096 --dram-mib 1024"
    })
final class FootprintCommand implements Callable<Integer> {
  private static final long MIB_MAX = 1 << 22;

  @Spec private CommandSpec spec;

  @Option(
      names = "--size-mib",
      paramLabel = "MIB",
      defaultValue = "1024",
      description = "Data in each space (default: ${DEFAULT-VALUE}).")
  private long sizeMib;

  @Option(
      names = "--dram-mib",
      paramLabel = "MIB",
      defaultValue = "256",
      description = "DRAM for it (default: ${DEFAULT-VALUE}).")
  private long dramMib;

  @Option(
      names = "--idle-seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long a space is left alone, three times (default: ${DEFAULT-VALUE}).")
  private int idleSeconds;

  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    Limits limits = new Limits(spec);
    limits.require("--size-mib", sizeMib, 1, MIB_MAX);
    limits.require("--dram-mib", dramMib, 1, MIB_MAX);
    limits.require("--idle-seconds", idleSeconds, 1, 3600);
    return BenchRunner.runAt(
        json,
        workplace ->
            new FootprintBench(
                    sizeMib, dramMib, idleSeconds, workplace, ConsoleProgress.onStandardError())
                .run());
  }
}
