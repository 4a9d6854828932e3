package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.samples.bench.policy.PolicyFigures.Real;
import io.elasticmemory.samples.bench.policy.PolicyFigures.Replayed;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows a result to a person. */
final class PolicyTable {
  private final PolicyResult result;
  private final PrintWriter out;

  /** A table of this result. */
  PolicyTable(PolicyResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    PolicyPlan plan = result.plan();
    out.printf(
        Locale.ROOT,
        "misses of replacement, %d MiB of data, %d MiB of DRAM, blocks of %d KiB, seed %d%n",
        plan.dataMib(),
        plan.dramMib(),
        plan.blockBytes() >> 10,
        plan.seed());
    result.figures().forEach(this::print);
    out.flush();
  }

  private void print(PolicyFigures figures) {
    out.println();
    out.printf(
        Locale.ROOT,
        "%s: %,d accesses; exact LRU misses %,d times, MIN %,d%n",
        figures.workload().label(),
        figures.accesses(),
        figures.lruMisses(),
        figures.minMisses());
    out.printf(
        "  %-16s %12s %8s %8s %14s %14s%n",
        "", "misses", "to LRU", "to MIN", "MINOR faults", "unmapped");
    for (Replayed one : figures.replayed()) {
      row(figures, one.candidate().label(), one.misses(), one.touches(), one.watches());
    }
    figures.real().forEach(real -> real(figures, real));
  }

  private void real(PolicyFigures figures, Real real) {
    String name = real.sampling() ? "the pager" : "without sampling";
    row(figures, name, real.misses(), real.touches(), real.watches());
    out.printf(
        Locale.ROOT,
        "  %s, %.1f s, pager's CPU %.1f s; the replay of its policy has %.3f times its misses%n",
        result.plan().placement().describe(),
        real.seconds(),
        real.pagerCpuSeconds(),
        real.agreement());
  }

  private void row(PolicyFigures figures, String name, long misses, long touches, long watches) {
    out.printf(
        Locale.ROOT,
        "  %-16s %,12d %8.3f %8.3f %,14d %,14d%n",
        name,
        misses,
        figures.toLru(misses),
        (double) misses / Math.max(1, figures.minMisses()),
        touches,
        watches);
  }
}
