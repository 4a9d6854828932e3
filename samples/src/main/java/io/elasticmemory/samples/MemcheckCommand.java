package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Skew;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code emp bench memcheck}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "memcheck",
    description = "Writes all words, works on them, and checks every one.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if every word was right, 1 if not, 2 if the run was refused.",
      "",
      "Examples:",
      "  emp bench memcheck --size-mib 1024 --path 'dram:256|./spill:2048:0'",
      "  emp bench memcheck --mode rand_rw --skew 10,90 --threads 8 --block 4k \\",
      "      --path 'dram:256|127.0.0.1:512:19675|./spill:2048:0' --json -"
    })
final class MemcheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "seq",
      converter = BenchOptions.ModeConverter.class,
      description = {
        "seq: write all, check all (default).",
        "rand: check at random places in between.",
        "rand_rw: check and rewrite at random places in between.",
        "elastic: go over all pages and over few pages in turn."
      })
  private Mode mode;

  @Option(
      names = "--operations",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Random accesses of all threads together (default: ${DEFAULT-VALUE}).")
  private long operations;

  @Option(
      names = "--skew",
      paramLabel = "SIZE,ACCESSES",
      defaultValue = "100,0",
      converter = BenchOptions.SkewConverter.class,
      description = "Send so many percent of the accesses to so many percent of the memory.")
  private Skew skew;

  @Mixin private BenchOptions options;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    if (operations < 0) {
      throw new ParameterException(
          spec.commandLine(), "--operations is " + operations + "; give 0 or more");
    }
    options.check();
    BenchRequest request =
        new BenchRequest(
            "memcheck",
            CellShape.EVERY_WORD,
            options.plan(mode, operations, skew),
            options.sizeMib(),
            options.threads(),
            options.resize(),
            options.gcLoop());
    return BenchRunner.run(request, options, json);
  }
}
