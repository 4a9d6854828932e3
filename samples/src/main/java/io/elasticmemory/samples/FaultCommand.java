package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.fault.FaultBench;
import io.elasticmemory.samples.bench.fault.FaultCopies;
import io.elasticmemory.samples.bench.fault.FaultPlan;
import io.elasticmemory.samples.bench.fault.FaultTier;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench fault}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "fault",
    description = "Measures what one fault costs, beside the same work in C.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench fault --tier exporter --pin one --rounds 5"
    })
final class FaultCommand implements Callable<Integer> {
  private static final int FAULTS_MAX = 1 << 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description = "zero, minor, wp, exporter or ssd: what a fault waits for (default: all).")
  private @Nullable String tier;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Faults in each of them (default: ${DEFAULT-VALUE}).")
  private int faults;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Faults before the first of them (default: ${DEFAULT-VALUE}).")
  private int warmUpFaults;

  @Option(names = "--no-floor", description = "Leave the C program out.")
  private boolean withoutFloor;

  @Option(
      names = "--encrypt",
      description = "With encrypt=aes-gcm, to see what that costs. The C program does not.")
  private boolean encrypted;

  @Option(
      names = "--copies",
      paramLabel = "none|replicas|backup",
      defaultValue = "none",
      description =
          "Exporters with replicas=2 or with backup=ssd, to see what that costs. The C program has"
              + " no copy.")
  private String copies;

  @Mixin private final RoundsOption rounds = new RoundsOption(5);
  @Mixin private PinOption pin;
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    FaultPlan plan = plan();
    return BenchRunner.runAt(
        json,
        workplace -> new FaultBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private FaultPlan plan() {
    Limits limits = new Limits(spec);
    limits.require("--faults", faults, 1, FAULTS_MAX);
    limits.require("--warm-up", warmUpFaults, 1, Integer.MAX_VALUE);
    return new FaultPlan(
        tiers(),
        rounds.count(),
        faults,
        warmUpFaults,
        pin.placement(),
        seed.value(),
        !withoutFloor,
        FaultCopies.named(copies)
            .orElseThrow(
                () ->
                    limits.mistake(
                        "--copies %s is none of %s; give one of them"
                            .formatted(copies, FaultCopies.labels()))),
        encrypted);
  }

  private List<FaultTier> tiers() {
    if (tier == null) {
      return List.of(FaultTier.values());
    }
    return List.of(
        FaultTier.named(tier)
            .orElseThrow(
                () ->
                    new Limits(spec)
                        .mistake(
                            "--tier %s is none of %s; give one of them"
                                .formatted(tier, FaultTier.labels()))));
  }
}
