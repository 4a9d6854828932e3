package io.elasticmemory.samples;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.samples.bench.fault.FaultTier;
import io.elasticmemory.samples.bench.threads.Pinned;
import io.elasticmemory.samples.bench.threads.ThreadsBench;
import io.elasticmemory.samples.bench.threads.ThreadsPlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench threads}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "threads",
    description = "Measures how many faults a second many threads get served, by several shards.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench threads --tier exporter --threads 1,8 --shards 1"
    })
final class ThreadsCommand implements Callable<Integer> {
  private static final int THREADS_MAX = 256;
  private static final int FAULTS_MAX = 1 << 16;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tier",
      split = ",",
      paramLabel = "TIER",
      defaultValue = "zero,exporter",
      description = "zero, exporter (default: ${DEFAULT-VALUE}).")
  private List<String> tiers;

  @Option(
      names = "--pin",
      split = ",",
      paramLabel = "PIN",
      defaultValue = "one,two,none",
      description = "one, two, none: CPUs of those who take part (default: ${DEFAULT-VALUE}).")
  private List<String> pins;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,4,8,16",
      description = "Threads that fault at a time (default: ${DEFAULT-VALUE}).")
  private List<Integer> threads;

  @Option(
      names = "--shards",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,4",
      description = "Shards of the pager (default: ${DEFAULT-VALUE}).")
  private List<Integer> shards;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Faults of all threads together in each (default: ${DEFAULT-VALUE}).")
  private int faults;

  @Mixin private final RoundsOption rounds = new RoundsOption(5);
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    ThreadsPlan plan = plan();
    return BenchRunner.runAt(
        json,
        workplace -> new ThreadsBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private ThreadsPlan plan() {
    Limits limits = new Limits(spec);
    threads.forEach(count -> limits.require("--threads", count, 1, THREADS_MAX));
    shards.forEach(count -> limits.require("--shards", count, 1, Stripes.SHARDS_MAX));
    limits.require("--faults", faults, 1, FAULTS_MAX);
    return new ThreadsPlan(
        tiers.stream().map(this::tier).toList(),
        pins.stream().map(this::pinned).toList(),
        threads,
        shards,
        rounds.count(),
        faults,
        seed.value());
  }

  private FaultTier tier(String name) {
    return switch (name) {
      case "zero" -> FaultTier.ZERO;
      case "exporter" -> FaultTier.EXPORTER;
      default ->
          throw new Limits(spec)
              .mistake("--tier " + name + " is neither zero nor exporter; give one of them");
    };
  }

  private Pinned pinned(String name) {
    return Arrays.stream(Pinned.values())
        .filter(pinned -> pinned.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Limits(spec)
                    .mistake("--pin " + name + " is none of one, two, none; give one of them"));
  }
}
