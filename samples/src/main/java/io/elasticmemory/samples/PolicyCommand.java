package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.policy.PolicyBench;
import io.elasticmemory.samples.bench.policy.PolicyPlan;
import io.elasticmemory.samples.bench.policy.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench policy}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "policy",
    description = "Counts the misses of replacement policies, and of the real pager.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench policy --trace zipf --data-mib 4096 --dram-mib 1024 --accesses 8000000"
    })
final class PolicyCommand implements Callable<Integer> {
  private static final int DATA_MIB_MAX = 1 << 20;
  private static final int BLOCKS_MAX = 1 << 26;
  private static final int ACCESSES_MAX = 100_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--trace",
      paramLabel = "NAME",
      description = "zipf, scan, random, loop or shift (default: all five).")
  private @Nullable String trace;

  @Option(
      names = "--data-mib",
      paramLabel = "MIB",
      defaultValue = "1024",
      description = "Memory that is accessed (default: ${DEFAULT-VALUE}).")
  private int dataMib;

  @Option(
      names = "--dram-mib",
      paramLabel = "MIB",
      description = "DRAM of the space (default: a quarter of the data).")
  private @Nullable Integer dramMib;

  @Option(
      names = "--block",
      paramLabel = "SIZE",
      converter = BytesConverter.class,
      defaultValue = "4k",
      description = "The unit of all policies (default: ${DEFAULT-VALUE}).")
  private int blockBytes;

  @Option(
      names = "--accesses",
      paramLabel = "N",
      defaultValue = "2000000",
      description = "Measured accesses; as many go before them (default: ${DEFAULT-VALUE}).")
  private int accesses;

  @Option(names = "--no-space", description = "Replay only, without the real pager.")
  private boolean withoutSpace;

  @Mixin private PinOption pin;
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    PolicyPlan plan = plan();
    return BenchRunner.runAt(
        json,
        workplace -> new PolicyBench(plan, workplace, ConsoleProgress.onStandardError()).run());
  }

  private PolicyPlan plan() {
    Limits limits = new Limits(spec);
    limits.require("--data-mib", dataMib, 8, DATA_MIB_MAX);
    int dram = dramMib == null ? dataMib / 4 : dramMib;
    limits.require("--dram-mib", dram, 1, dataMib);
    limits.require("--accesses", accesses, 1, ACCESSES_MAX);
    limits.require("--block", blockBytes, 4096, 2 << 20);
    if (Integer.bitCount(blockBytes) != 1) {
      throw new Limits(spec)
          .mistake("--block " + blockBytes + " is no power of two; give 4k to 2m");
    }
    long blocks = ((long) dataMib << 20) / blockBytes;
    if (blocks > BLOCKS_MAX) {
      throw new Limits(spec)
          .mistake(
              "--data-mib %d has %d blocks, more than %d; lower it or raise --block"
                  .formatted(dataMib, blocks, BLOCKS_MAX));
    }
    return new PolicyPlan(
        workloads(),
        dataMib,
        dram,
        blockBytes,
        accesses,
        pin.placement(),
        !withoutSpace,
        seed.value());
  }

  private List<Workload> workloads() {
    try {
      return trace == null ? List.of(Workload.values()) : List.of(Workload.of(trace));
    } catch (IllegalArgumentException e) {
      throw new Limits(spec).mistake("--trace " + e.getMessage());
    }
  }
}
