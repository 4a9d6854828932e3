package io.elasticmemory.samples;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The workloads. */
@Command(
    name = "bench",
    description = "Runs a workload on a space and reports what it cost.",
    synopsisSubcommandLabel = "WORKLOAD")
final class BenchCommand implements Runnable {
  /** Those that follow {@code bench}. */
  static final List<Class<?>> WORKLOADS =
      List.of(
          MemcheckCommand.class,
          TouchCommand.class,
          FaultCommand.class,
          LadderCommand.class,
          PolicyCommand.class,
          PrefetchCommand.class,
          ThreadsCommand.class,
          HitCommand.class,
          ElasticCommand.class,
          EvictCommand.class,
          SafepointCommand.class,
          RdmaCommand.class,
          AgentCommand.class,
          FootprintCommand.class,
          AppsCommand.class,
          ReportCommand.class);

  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  BenchCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a workload is missing; there are " + EmpMain.names(spec.commandLine()));
  }
}
