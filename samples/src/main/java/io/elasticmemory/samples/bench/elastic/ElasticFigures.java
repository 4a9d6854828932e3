package io.elasticmemory.samples.bench.elastic;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Median;
import io.elasticmemory.samples.bench.ladder.Figure;
import io.elasticmemory.samples.bench.ladder.Run;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was found for one workload.
 *
 * @param runs of each unit, one of each round, in their order
 */
public record ElasticFigures(ElasticWorkload workload, Map<Unit, List<Run>> runs) {
  private static final List<Figure> SHOWN =
      List.of(
          Figure.missRate,
          Figure.cpuMicrosPerAccess,
          Figure.applicationCpuSeconds,
          Figure.pagerCpuSeconds,
          Figure.exporterCpuSeconds,
          Figure.pagerPssBytes,
          Figure.exporterPssBytes);

  public ElasticFigures {
    runs = new EnumMap<>(runs);
  }

  /** Accesses of a second, the median of the rounds. */
  public double rate(Unit unit) {
    return Median.of(rates(unit));
  }

  /** The unit that stays as it is and is the fastest of those. */
  public Unit best() {
    return Unit.fixed().stream().max(Comparator.comparingDouble(this::rate)).orElseThrow();
  }

  /**
   * Accesses of a second where the unit adapts, to those of {@link #best}: median of the rounds.
   */
  public double ratio() {
    double[] ours = rates(Unit.ELASTIC);
    double[] theirs = rates(best());
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours[i] / theirs[i];
    }
    return Median.of(ratios);
  }

  /** A figure of a unit, the median of the rounds. */
  public double get(Unit unit, Figure figure) {
    return Run.median(of(unit)).get(figure);
  }

  private double[] rates(Unit unit) {
    return of(unit).stream().mapToDouble(run -> run.get(Figure.accessesPerSecond)).toArray();
  }

  private List<Run> of(Unit unit) {
    return runs.getOrDefault(unit, List.of());
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("pattern", workload.label())
        .put("best", best().label())
        .put("ratio", ratio())
        .putObjects("units", runs.keySet().stream().map(this::unitJson).toList());
  }

  private JsonObject unitJson(Unit unit) {
    JsonObject json =
        new JsonObject()
            .put("unit", unit.label())
            .put("accessesPerSecond", rate(unit))
            .putNumbers(
                "roundAccessesPerSecond",
                of(unit).stream().map(run -> run.get(Figure.accessesPerSecond)).toList());
    SHOWN.forEach(figure -> json.put(figure.name(), get(unit, figure)));
    return json.put("resultHash", of(unit).getFirst().resultHash());
  }
}
