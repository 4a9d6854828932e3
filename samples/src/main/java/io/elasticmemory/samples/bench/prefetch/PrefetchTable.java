package io.elasticmemory.samples.bench.prefetch;

import io.elasticmemory.samples.bench.fault.Placement;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows a result to a person. */
final class PrefetchTable {
  private final PrefetchResult result;
  private final PrintWriter out;

  /** A table of this result. */
  PrefetchTable(PrefetchResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    PrefetchPlan plan = result.plan();
    line(
        "random reads of 4 KiB, %,d MiB in %,d MiB of DRAM, blocks of %d KiB, %s",
        plan.sizeMib(),
        plan.dramMib(),
        plan.blockBytes() >> 10,
        plan.placement().map(Placement::describe).orElse("nothing pinned"));
    line(
        "%d asked for ahead, %d with each call, medians of %d rounds of %,d",
        plan.ahead(), plan.batch(), plan.rounds(), plan.reads());
    line("  %-18s %12s %14s %8s", "", "reads/s", "CPU us a read", "ratio");
    String ratio = plan.withFloor() ? String.format(Locale.ROOT, "%.2f", result.ratio()) : "";
    line(
        "  %-18s %,12.0f %14.1f %8s",
        "EMP (its pager)", result.readsPerSecond(), result.pagerCpuMicros(), ratio);
    if (plan.withFloor()) {
      line(
          "  %-18s %,12.0f %14.1f",
          "disk, depth " + plan.depth(), result.diskReadsPerSecond(), result.diskCpuMicros());
    }
    line(
        "  of the reads, %.1f %% waited in a fault; %.2f pages came from the disk for each",
        100 * result.faultsPerRead(), result.pagesPerRead());
    line("  the pager has %d MiB of memory", result.pagerPssBytes() >> 20);
    out.flush();
  }

  private void line(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }
}
