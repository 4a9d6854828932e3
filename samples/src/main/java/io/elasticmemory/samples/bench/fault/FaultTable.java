package io.elasticmemory.samples.bench.fault;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Shows a result to a person. */
final class FaultTable {
  private final FaultResult result;
  private final PrintWriter out;

  /** A table of this result. */
  FaultTable(FaultResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    FaultPlan plan = result.plan();
    out.printf(
        Locale.ROOT,
        "faults, %s, medians of %d rounds of %,d, in microseconds%n",
        plan.placement().describe(),
        plan.rounds(),
        plan.faults());
    print("blocks of 4 KiB", result.tiers());
    print("blocks of 64 KiB, subblocks of 4 KiB", result.largerBlocks());
    out.flush();
  }

  private void print(String title, List<FaultFigures> all) {
    if (all.isEmpty()) {
      return;
    }
    out.println();
    out.println(title);
    out.printf(
        "  %-14s %9s %9s %9s %9s %9s %8s%n", "", "p50", "p99", "p99.9", "max", "CPU", "ratio");
    for (FaultFigures figures : all) {
      row(figures.tier().label(), figures.emp(), ratio(figures));
      figures.floor().ifPresent(floor -> row("  floor in C", floor, ""));
    }
    for (FaultFigures figures : all) {
      out.printf(
          Locale.ROOT,
          "  %s: the pager's thread allocated %,d bytes during %,d faults, %.4f a fault%n",
          figures.tier().label(),
          figures.shardAllocatedBytes(),
          figures.faults(),
          figures.allocatedBytesPerFault());
    }
  }

  private void row(String name, Latency latency, String ratio) {
    out.printf(
        Locale.ROOT,
        "  %-14s %9.1f %9.1f %9.1f %9.0f %9.1f %8s%n",
        name,
        latency.p50Micros(),
        latency.p99Micros(),
        latency.p999Micros(),
        latency.maxMicros(),
        latency.serverCpuMicros(),
        ratio);
  }

  private static String ratio(FaultFigures figures) {
    return figures.floor().isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", figures.ratioP50());
  }
}
