package io.elasticmemory.samples.bench.evict;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.evict.EvictFigures.Rate;
import io.elasticmemory.samples.bench.evict.EvictFigures.Round;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param figures of each size of blocks
 * @param exporterCpuSeconds of the exporter that took dirty blocks
 * @param pagerPssBytes memory of the last pager at its end
 * @param exporterPssBytes memory of the last exporter at its end, with what it lent
 */
public record EvictResult(
    EvictPlan plan,
    List<EvictFigures> figures,
    double exporterCpuSeconds,
    long pagerPssBytes,
    long exporterPssBytes)
    implements Findings {

  public EvictResult {
    figures = List.copyOf(figures);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "eviction of %d MiB, %s, medians of %d rounds, in pages of 4 KiB%n%n",
        plan.mib(), plan.placement().describe(), plan.rounds());
    out.printf(
        "  %-9s %-7s %12s %9s %12s %9s %7s%n",
        "blocks", "", "pages/s", "CPU us", "C", "CPU us", "ratio");
    for (EvictFigures one : figures) {
      row(out, one, "clean", Round::clean, Round::floorClean);
      row(out, one, "dirty", Round::dirty, Round::floorDirty);
    }
    out.flush();
  }

  private static void row(
      PrintWriter out,
      EvictFigures one,
      String what,
      Function<Round, Rate> ours,
      Function<Round, Rate> floor) {
    out.printf(
        Locale.ROOT,
        "  %-9s %-7s %,12.0f %9.2f %,12.0f %9.2f %7.2f%n",
        (one.blockBytes() >> 10) + " KiB",
        what,
        one.pagesPerSecond(ours),
        one.cpuMicros(ours),
        one.pagesPerSecond(floor),
        one.cpuMicros(floor),
        one.ratio(ours, floor));
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "evict")
        .put("mib", plan.mib())
        .put("rounds", plan.rounds())
        .put("pin", plan.placement().label())
        .putObjects("blocks", figures.stream().map(EvictFigures::toJson).toList())
        .put("exporterCpuSeconds", exporterCpuSeconds)
        .put("pagerPssBytes", pagerPssBytes)
        .put("exporterPssBytes", exporterPssBytes);
  }
}
