package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Skew;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code emp bench touch}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "touch",
    description = "Writes one word in every page, and checks them all.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if every word was right, 1 if not, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench touch --size-mib 1024 --threads 1 --path 'dram:256|./spill:2048:0'"
    })
final class TouchCommand implements Callable<Integer> {
  @Mixin private BenchOptions options;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    options.check();
    BenchRequest request =
        new BenchRequest(
            "touch",
            CellShape.WORD_PER_PAGE,
            options.plan(Mode.SEQ, 0, Skew.NONE),
            options.sizeMib(),
            options.threads(),
            options.resize(),
            options.gcLoop());
    return BenchRunner.run(request, options, json);
  }
}
