package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.apps.App;
import io.elasticmemory.samples.bench.apps.AppsBench;
import io.elasticmemory.samples.bench.apps.AppsPlan;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench apps}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "apps",
    description = "Runs libraries of others with the agent and without, and compares.",
    sortOptions = false,
    footer = {
      "",
      "Each program has a quarter of its data in DRAM; the rest is at an exporter on loopback and"
          + " in",
      "a spill file in /var/tmp. It counts only if 80 % of its data was in the space.",
      "Exit code: 0 if all results are equal and all programs count, 1 if not, 2 if the run was"
          + " refused.",
      "",
      "Examples:",
      "  emp bench apps --json apps.json",
      "  emp bench apps --quick --attach-after 60",
      "  emp bench apps --quick --only h2,lucene",
      "  emp bench apps --quick --flags"
    })
final class AppsCommand implements Callable<Integer> {
  private static final long DATA_MIB_MIN = 32;
  private static final long DATA_MIB_MAX = 1 << 16;
  private static final int ATTACH_SECONDS_MAX = 3600;

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "NAME,…",
      split = ",",
      description = "netty, h2, mapdb, lucene, agrona (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description = "96 MiB of data each instead of 512 MiB, and 1 GiB of H2.")
  private boolean quick;

  @Option(
      names = "--data-mib",
      paramLabel = "MIB",
      defaultValue = "0",
      description = "Data of each, instead of 512 MiB, and 1 GiB of H2.")
  private long dataMib;

  @Option(
      names = "--flags",
      description = "Try options of the JVM, one after the other, on 96 MiB of data.")
  private boolean flags;

  @Option(
      names = "--jvm-option",
      paramLabel = "OPTION",
      description = "One more option for the programs' JVMs; may be repeated.")
  private List<String> jvmOptions = List.of();

  @Option(
      names = "--min",
      paramLabel = "SIZE",
      defaultValue = "",
      description = "The agent's option, instead of what each library needs, such as 64k.")
  private String min;

  @Option(
      names = "--attach-after",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Start the programs without the agent, and attach it after so many seconds.")
  private int attachSeconds;

  @Mixin private final RoundsOption rounds = new RoundsOption(1);
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    AppsPlan plan = plan();
    return BenchRunner.runAt(
        json, workplace -> new AppsBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private AppsPlan plan() {
    new Limits(spec).require("--attach-after", attachSeconds, 0, ATTACH_SECONDS_MAX);
    if (dataMib != 0) {
      new Limits(spec).require("--data-mib", dataMib, DATA_MIB_MIN, DATA_MIB_MAX);
    }
    return new AppsPlan(
        only.isEmpty() ? List.of(App.values()) : only.stream().map(this::app).distinct().toList(),
        dataMib == 0 && (quick || flags) ? AppsPlan.QUICK_MIB : dataMib,
        rounds.count(),
        flags ? AppsPlan.FLAGS : List.of(),
        jvmOptions,
        min(),
        attachSeconds,
        seed.value());
  }

  private String min() {
    if (!min.matches("|[1-9]\\d{0,8}[kmgKMG]?")) {
      throw new Limits(spec).mistake("--min %s is no size; write for example 64k".formatted(min));
    }
    return min;
  }

  private App app(String name) {
    return App.find(name)
        .orElseThrow(
            () ->
                new Limits(spec)
                    .mistake("--only %s is none of %s; give one of them".formatted(name, names())));
  }

  private static String names() {
    return Stream.of(App.values()).map(App::label).collect(Collectors.joining(", "));
  }
}
