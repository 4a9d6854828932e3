package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.agent.AgentBench;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code emp bench agent}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "agent",
    description = "Measures what the agent costs a program: its start, and its allocations.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench agent --rounds 20 --json -"
    })
final class AgentCommand implements Callable<Integer> {
  @Mixin private final RoundsOption rounds = new RoundsOption(20);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    int count = rounds.count();
    return BenchRunner.runAt(
        json,
        workplace -> new AgentBench(count, workplace, ConsoleProgress.onStandardError()).run());
  }
}
