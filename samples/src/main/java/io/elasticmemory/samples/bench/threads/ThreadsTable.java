package io.elasticmemory.samples.bench.threads;

import io.elasticmemory.samples.bench.fault.FaultTier;
import io.elasticmemory.samples.bench.threads.ThreadsResult.Cell;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows a result to a person. */
final class ThreadsTable {
  private final ThreadsResult result;
  private final PrintWriter out;

  /** A table of this result. */
  ThreadsTable(ThreadsResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    ThreadsPlan plan = result.plan();
    out.printf(
        Locale.ROOT,
        "faults of many threads, medians of %d rounds of %,d, blocks of 4 KiB, %d CPUs%n",
        plan.rounds(),
        plan.faults(),
        result.cpus());
    for (FaultTier tier : plan.tiers()) {
      for (Pinned pinned : plan.placements()) {
        print(tier, pinned);
      }
      printSpeedups(tier);
    }
    out.println();
    out.println("* more threads than CPUs for them");
    out.flush();
  }

  private void print(FaultTier tier, Pinned pinned) {
    out.println();
    out.println(tier.label() + ", " + pinned.describe());
    out.printf(
        "  %-6s %7s %12s %10s %13s %10s %13s%n",
        "shards", "threads", "faults/s", "pager CPU", "exporter CPU", "pager PSS", "exporter PSS");
    for (Cell cell : result.cells()) {
      if (cell.tier() == tier && cell.pinned() == pinned) {
        out.printf(
            Locale.ROOT,
            "  %-6d %6d%s %,12.0f %7.1f us %10.1f us %6d MiB %9d MiB%n",
            cell.shards(),
            cell.threads(),
            cell.isOversubscribed(result.cpus()) ? "*" : " ",
            cell.faultsPerSecond(),
            cell.pagerCpuMicros(),
            cell.exporterCpuMicros(),
            cell.pagerPssBytes() >> 20,
            cell.exporterPssBytes() >> 20);
      }
    }
  }

  private void printSpeedups(FaultTier tier) {
    out.println();
    for (int threads : result.plan().threads()) {
      if (threads > 1 && result.speedup(tier, threads) > 0) {
        out.printf(
            Locale.ROOT,
            "%s: %d threads have %.2f times the throughput of 1, each at its best%n",
            tier.label(),
            threads,
            result.speedup(tier, threads));
      }
    }
  }
}
