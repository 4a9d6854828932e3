package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.bench.prefetch.PrefetchBench;
import io.elasticmemory.samples.bench.prefetch.PrefetchPlan;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench prefetch}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "prefetch",
    description =
        "Measures random reads that are asked for ahead of need, beside the disk's own rate.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench prefetch --ahead 64 --batch 8 --size-mib 4096 --dram-mib 1024"
    })
final class PrefetchCommand implements Callable<Integer> {
  private static final int SIZE_MIB_MAX = 1 << 20;
  private static final int READS_MAX = 1 << 26;
  private static final int AHEAD_MAX = 1024;

  @Spec private CommandSpec spec;

  @Option(
      names = "--size-mib",
      paramLabel = "MIB",
      defaultValue = "2048",
      description = "Memory that is read, on a spill file (default: ${DEFAULT-VALUE}).")
  private int sizeMib;

  @Option(
      names = "--dram-mib",
      paramLabel = "MIB",
      defaultValue = "256",
      description = "DRAM of the space (default: ${DEFAULT-VALUE}).")
  private int dramMib;

  @Option(
      names = "--block",
      paramLabel = "SIZE",
      defaultValue = "64k",
      converter = BytesConverter.class,
      description = "Block, 4k to 2m; subblocks have 4k (default: ${DEFAULT-VALUE}).")
  private int blockBytes;

  @Option(
      names = "--reads",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Reads in a measurement (default: ${DEFAULT-VALUE}).")
  private int reads;

  @Option(
      names = "--ahead",
      paramLabel = "N",
      defaultValue = "64",
      description = "Reads asked for in advance, 0 for none (default: ${DEFAULT-VALUE}).")
  private int ahead;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Of these, how many with one call (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "150000",
      description = "Reads before the first of them (default: ${DEFAULT-VALUE}).")
  private int warmUpReads;

  @Option(
      names = "--pin",
      paramLabel = "none|one|two",
      defaultValue = "none",
      description =
          "Nothing, all on one CPU, or the reading thread on one and the pager on another"
              + " (default: ${DEFAULT-VALUE}).")
  private String pin;

  @Option(names = "--no-floor", description = "Leave the C program out.")
  private boolean withoutFloor;

  @Mixin private final RoundsOption rounds = new RoundsOption(5);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    PrefetchPlan plan = plan();
    return BenchRunner.runAt(
        json,
        workplace -> new PrefetchBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private PrefetchPlan plan() {
    Limits limits = new Limits(spec);
    limits.require("--size-mib", sizeMib, 1, SIZE_MIB_MAX);
    limits.require("--dram-mib", dramMib, 1, SIZE_MIB_MAX);
    limits.require("--reads", reads, 1, READS_MAX);
    limits.require("--ahead", ahead, 0, AHEAD_MAX);
    limits.require("--batch", batch, 1, Math.max(1, ahead));
    limits.require("--warm-up", warmUpReads, 0, READS_MAX);
    return new PrefetchPlan(
        sizeMib,
        dramMib,
        blockBytes,
        reads,
        ahead,
        batch,
        rounds.count(),
        warmUpReads,
        placement(),
        !withoutFloor);
  }

  private Optional<Placement> placement() {
    return switch (pin) {
      case "none" -> Optional.empty();
      case "one" -> Optional.of(Placement.one());
      case "two" -> Optional.of(Placement.two());
      default ->
          throw new Limits(spec)
              .mistake("--pin " + pin + " is none of none, one, two; give one of them");
    };
  }
}
