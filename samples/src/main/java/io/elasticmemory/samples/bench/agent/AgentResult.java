package io.elasticmemory.samples.bench.agent;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.Median;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The outcome of a run.
 *
 * @param rounds starts of each kind
 * @param without figures of the starts without the agent
 * @param with figures of the starts with it
 */
public record AgentResult(
    int rounds, Map<AgentFigure, List<Double>> without, Map<AgentFigure, List<Double>> with)
    implements Findings {

  /** The median with the agent. */
  public OptionalDouble with(AgentFigure figure) {
    return median(with, figure);
  }

  /** The median without it. */
  public OptionalDouble without(AgentFigure figure) {
    return median(without, figure);
  }

  private static OptionalDouble median(Map<AgentFigure, List<Double>> all, AgentFigure figure) {
    List<Double> values = all.get(figure);
    return values == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Median.of(values.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** Small allocations with the agent against without: of direct buffers or arenas, the worse. */
  private double smallRatio() {
    return Math.max(ratio(AgentFigure.smallDirectNanos), ratio(AgentFigure.smallArenaNanos));
  }

  private double ratio(AgentFigure figure) {
    return with(figure).orElse(Double.NaN) / without(figure).orElse(Double.NaN);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "A program with and without the agent, nothing pinned, medians of %d starts in turn%n%n",
        rounds);
    String row = "  %-34s %12s %12s%n";
    out.printf(row, "", "without", "with");
    for (AgentFigure figure : AgentFigure.values()) {
      out.printf(row, figure.label(), shown(without(figure)), shown(with(figure)));
    }
    out.flush();
  }

  private static String shown(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.1f", value.getAsDouble()) : "-";
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "agent")
        .put("rounds", rounds)
        .put("hooksMillis", with(AgentFigure.hooksMillis).orElse(Double.NaN))
        .put("spaceMillis", with(AgentFigure.spaceMillis).orElse(Double.NaN))
        .put("smallRatio", smallRatio())
        .putObjects("kinds", List.of(toJson("without", without), toJson("with", with)));
  }

  private static JsonObject toJson(String kind, Map<AgentFigure, List<Double>> all) {
    JsonObject json = new JsonObject().put("kind", kind);
    for (AgentFigure figure : AgentFigure.values()) {
      median(all, figure).ifPresent(value -> json.put(figure.name(), value));
    }
    return json;
  }
}
