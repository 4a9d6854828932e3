package io.elasticmemory.samples.bench.hit;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.process.ProcessMemory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param cpu where the measuring thread ran
 * @param figures of each pattern
 * @param pagerCpuSeconds of the idle pager meanwhile
 * @param pagerPssBytes memory of the pager at the end, see {@link ProcessMemory}
 * @param hash over all that was read
 */
public record HitResult(
    HitPlan plan,
    int cpu,
    List<HitFigures> figures,
    double pagerCpuSeconds,
    long pagerPssBytes,
    long hash)
    implements Findings {

  public HitResult {
    figures = List.copyOf(figures);
  }

  /** The worst of the patterns. */
  double ratio() {
    return figures.stream().mapToDouble(HitFigures::ratio).max().orElseThrow();
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "resident memory, %d MiB of each kind, one thread on CPU %d, medians of %d rounds%n%n",
        plan.mib(),
        cpu,
        plan.rounds());
    String row = "  %-8s %10s %10s %10s %8s %10s%n";
    out.printf(row, "", "space ns", "plain ns", "huge ns", "ratio", "huge ratio");
    for (HitFigures one : figures) {
      out.printf(
          row,
          one.pattern().label(),
          decimals(one.median(HitFigures.Round::space)),
          decimals(one.median(HitFigures.Round::plain)),
          decimals(one.median(HitFigures.Round::huge)),
          decimals(one.ratio()),
          decimals(one.hugeRatio()));
    }
    out.flush();
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "hit")
        .put("mib", plan.mib())
        .put("rounds", plan.rounds())
        .put("accesses", plan.accesses())
        .put("cpu", cpu)
        .put("ratio", ratio())
        .putObjects("patterns", figures.stream().map(HitFigures::toJson).toList())
        .put("pagerCpuSeconds", pagerCpuSeconds)
        .put("pagerPssBytes", pagerPssBytes)
        .put("resultHash", Long.toHexString(hash));
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
