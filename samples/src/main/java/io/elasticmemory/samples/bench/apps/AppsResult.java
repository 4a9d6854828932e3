package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What was asked for and what was found.
 *
 * @param rows of each program, and of each flag if flags were tried
 */
public record AppsResult(AppsPlan plan, List<AppRow> rows) implements Findings {
  public AppsResult {
    rows = List.copyOf(rows);
  }

  @Override
  public boolean isSuccess() {
    return rows.stream().allMatch(AppRow::isGood);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "programs with the agent and without, DRAM a quarter of the data, over an exporter on"
            + " loopback and a spill file,%nmedians of %d rounds, seed %d%n%n",
        plan.rounds(),
        plan.seed());
    out.printf(
        "  %-7s %-29s %-7s %8s %8s %6s %6s %6s %6s %8s %9s%n",
        "",
        "",
        "results",
        "s with",
        "without",
        "DRAM",
        "data",
        "space",
        "left",
        "evicted",
        "ordinary");
    rows.forEach(row -> print(row, out));
    out.printf(
        "%nMiB. Space: what the agent had given at the end; left: blocks of it that had left DRAM;"
            + " evicted:%nblocks that left DRAM, as often as they did; ordinary: other memory of"
            + " the program, heap included,%nwith and without.%n");
    rows.stream()
        .filter(row -> !row.words().isEmpty())
        .forEach(row -> out.printf("%s %s: %s%n", row.app().label(), row.flag(), row.words()));
    out.flush();
  }

  private static void print(AppRow row, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "  %-7s %-29s %-7s %8.1f %8s %6d %6d %6d %6d %8d %4d/%d%s%n",
        row.app().label(),
        row.flag(),
        row.isEqual() ? "equal" : "DIFFER",
        row.secondsWith(),
        row.runsWithout() ? String.format(Locale.ROOT, "%.1f", row.secondsWithout()) : "does not",
        row.dramMib(),
        row.dataMib(),
        row.spaceMib(),
        row.leftMib(),
        row.evictedMib(),
        row.ordinaryMibWith(),
        row.ordinaryMibWithout(),
        row.isTiered() ? "" : "  NOT ENOUGH IN THE SPACE");
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "apps")
        .put("rounds", plan.rounds())
        .put("seed", plan.seed())
        .put("ok", isSuccess())
        .putObjects("rows", rows.stream().map(AppRow::toJson).toList());
  }
}
