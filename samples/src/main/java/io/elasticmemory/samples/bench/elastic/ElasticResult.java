package io.elasticmemory.samples.bench.elastic;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.ladder.Figure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What was asked for and what was found.
 *
 * @param figures of each workload
 */
public record ElasticResult(ElasticPlan plan, List<ElasticFigures> figures) implements Findings {
  public ElasticResult {
    figures = List.copyOf(figures);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d MiB of data, %d %% local, over %s, %s, medians of %d rounds%n%n",
        plan.sizeMib(),
        plan.localPercent(),
        plan.tier().description(),
        plan.pinning().description(),
        plan.rounds());
    out.printf(
        "  %-9s %-8s %14s %10s %10s %12s%n",
        "workload", "unit", "accesses/s", "misses", "CPU us/a", "to the best");
    figures.forEach(one -> print(one, out));
    out.printf(
        "%nBest: the fastest of the fixed units; beside elastic its rate to that of the best.%n");
    out.flush();
  }

  private static void print(ElasticFigures figures, PrintWriter out) {
    for (Unit unit : Unit.values()) {
      boolean isBest = unit == figures.best();
      out.printf(
          Locale.ROOT,
          "  %-9s %-8s %,14.0f %10.4f %10.2f %12s%n",
          figures.workload().label(),
          unit.label(),
          figures.rate(unit),
          figures.get(unit, Figure.missRate),
          figures.get(unit, Figure.cpuMicrosPerAccess),
          unit == Unit.ELASTIC
              ? String.format(Locale.ROOT, "%.3f", figures.ratio())
              : isBest ? "best" : "");
    }
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "elastic")
        .put("tier", plan.tier().label())
        .put("sizeMib", plan.sizeMib())
        .put("localPercent", plan.localPercent())
        .put("seconds", plan.seconds())
        .put("rounds", plan.rounds())
        .put("pin", plan.pinning().label())
        .put("seed", plan.seed())
        .putObjects("patterns", figures.stream().map(ElasticFigures::toJson).toList());
  }
}
