package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.elastic.ElasticBench;
import io.elasticmemory.samples.bench.elastic.ElasticPlan;
import io.elasticmemory.samples.bench.elastic.ElasticWorkload;
import io.elasticmemory.samples.bench.ladder.Pinning;
import io.elasticmemory.samples.bench.ladder.Subject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench elastic}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "elastic",
    description = "Measures units of fetching that adapt beside units of 4 KiB, 64 KiB and 2 MiB.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench elastic --tier ssd --patterns scan,random --size-mib 1024"
    })
final class ElasticCommand implements Callable<Integer> {
  private static final long SIZE_MIB_MAX = 1 << 22;

  @Spec private CommandSpec spec;

  @Option(
      names = "--patterns",
      paramLabel = "NAME,…",
      split = ",",
      defaultValue = "scan,random,memcheck",
      description = "scan, random, memcheck (its mode elastic) (default: ${DEFAULT-VALUE}).")
  private List<String> patterns;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      defaultValue = "remote",
      description = "What lies below DRAM: remote or ssd (default: ${DEFAULT-VALUE}).")
  private String tier;

  @Option(
      names = "--size-mib",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Memory to work on (default: ${DEFAULT-VALUE}).")
  private long sizeMib;

  @Option(
      names = "--ratio",
      paramLabel = "PERCENT",
      defaultValue = "25",
      description = "Share of it that has room in DRAM (default: ${DEFAULT-VALUE}).")
  private int ratioPercent;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "How long scan and random are measured; memcheck makes all its passes"
              + " (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--pin",
      paramLabel = "one|none",
      defaultValue = "one",
      description =
          "Application, pager and exporter on one CPU, or nothing pinned"
              + " (default: ${DEFAULT-VALUE}).")
  private String pin;

  @Mixin private final RoundsOption rounds = new RoundsOption(3);
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    ElasticPlan plan = plan();
    return BenchRunner.runAt(
        json,
        workplace -> new ElasticBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private ElasticPlan plan() {
    Limits limits = new Limits(spec);
    limits.require("--size-mib", sizeMib, 64, SIZE_MIB_MAX);
    limits.require("--ratio", ratioPercent, 1, 100);
    if (!(seconds > 0 && seconds <= 3600)) {
      throw limits.mistake("--seconds is " + seconds + "; give more than 0 and at most 3600");
    }
    ElasticPlan plan =
        new ElasticPlan(
            patterns.stream().map(this::workload).distinct().toList(),
            tier(),
            sizeMib,
            ratioPercent,
            seconds,
            rounds.count(),
            pinning(),
            seed.value());
    if (plan.dramMib() < ElasticPlan.DRAM_MIB_MIN) {
      throw limits.mistake(
          "--size-mib %d at --ratio %d leaves %d MiB of DRAM, and blocks of 2 MiB need %d; raise one"
              .formatted(sizeMib, ratioPercent, plan.dramMib(), ElasticPlan.DRAM_MIB_MIN));
    }
    return plan;
  }

  private ElasticWorkload workload(String name) {
    return ElasticWorkload.find(name)
        .orElseThrow(
            () ->
                new Limits(spec)
                    .mistake(
                        "--patterns %s is none of scan, random, memcheck; give one of them"
                            .formatted(name)));
  }

  private Subject tier() {
    return switch (tier) {
      case "remote" -> Subject.REMOTE;
      case "ssd" -> Subject.SSD;
      default ->
          throw new Limits(spec)
              .mistake("--tier " + tier + " is neither remote nor ssd; give one of them");
    };
  }

  private Pinning pinning() {
    return Pinning.find(pin)
        .orElseThrow(
            () ->
                new Limits(spec)
                    .mistake("--pin " + pin + " is neither one nor none; give one of them"));
  }
}
