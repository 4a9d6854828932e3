package io.elasticmemory.samples;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.bench.fault.FaultBench;
import io.elasticmemory.samples.bench.fault.FaultCopies;
import io.elasticmemory.samples.bench.fault.FaultPlan;
import io.elasticmemory.samples.bench.fault.FaultTier;
import io.elasticmemory.samples.bench.fault.FaultWay;
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

  @Option(names = "--no-larger-blocks", description = "Leave out blocks of 64 KiB.")
  private boolean withoutLargerBlocks;

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

  @Option(
      names = "--transport",
      paramLabel = "tcp|rdma",
      defaultValue = "tcp",
      description = "How exporters are reached. The C program uses TCP on the loopback device.")
  private String transport;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "With --transport rdma: the address of the RDMA device to go through.")
  private @Nullable String address;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "With --transport rdma: its name (default: the only one there is).")
  private @Nullable String device;

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
        !withoutLargerBlocks,
        FaultCopies.named(copies)
            .orElseThrow(
                () ->
                    limits.mistake(
                        "--copies %s is none of %s; give one of them"
                            .formatted(copies, FaultCopies.labels()))),
        encrypted,
        way(limits));
  }

  private FaultWay way(Limits limits) {
    switch (transport) {
      case "tcp" -> {
        if (address != null || device != null) {
          throw limits.mistake("--address and --device are for --transport rdma; add that");
        }
        return FaultWay.LOOPBACK;
      }
      case "rdma" -> {
        if (address == null) {
          throw limits.mistake("--transport rdma needs --address, one of an RDMA device here");
        }
        return FaultWay.rdma(address, device == null ? onlyDevice(limits) : device);
      }
      default ->
          throw limits.mistake(
              "--transport %s is none of tcp, rdma; give one of them".formatted(transport));
    }
  }

  private static String onlyDevice(Limits limits) {
    List<String> devices =
        Platform.find().verbs(Engine.VERBS).devices().stream().map(one -> one.name()).toList();
    if (devices.size() != 1) {
      throw limits.mistake("RDMA devices here are %s; name one with --device".formatted(devices));
    }
    return devices.getFirst();
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
