package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * What was found for one subject at one ratio.
 *
 * @param subject whose memory
 * @param ratioPercent share of the memory that has room locally
 * @param rounds how many were measured; 0 if it was left out or failed
 * @param figures medians of the rounds; empty without any
 * @param roundRates accesses of a second, of each round
 * @param slowdown accesses of a second in plain memory, divided by those here; 0 where unknown
 * @param resultHash over what was read; the same for every subject
 * @param word why it was left out or what failed; empty if nothing
 * @param failed whether something went wrong, rather than was left out
 */
public record Cell(
    Subject subject,
    int ratioPercent,
    int rounds,
    Map<Figure, Double> figures,
    List<Double> roundRates,
    double slowdown,
    String resultHash,
    String word,
    boolean failed) {

  public Cell {
    figures = Map.copyOf(figures);
    roundRates = List.copyOf(roundRates);
  }

  /** A cell without a result. */
  static Cell without(Subject subject, int ratioPercent, String word, boolean failed) {
    return new Cell(subject, ratioPercent, 0, Map.of(), List.of(), 0, "", word, failed);
  }

  /** The cell of some runs. */
  static Cell of(Subject subject, int ratioPercent, List<Run> runs, double plainRate, String word) {
    Run median = Run.median(runs);
    double rate = median.get(Figure.accessesPerSecond);
    return new Cell(
        subject,
        ratioPercent,
        runs.size(),
        median.figures(),
        runs.stream().map(run -> run.get(Figure.accessesPerSecond)).toList(),
        rate > 0 ? plainRate / rate : 0,
        median.resultHash(),
        word,
        !word.isEmpty());
  }

  /** Whether it has figures. */
  public boolean isMeasured() {
    return rounds > 0;
  }

  /** A figure; 0 where it was left out. */
  public double get(Figure figure) {
    return figures.getOrDefault(figure, 0.0);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("subject", subject.label())
            .put("ratioPercent", ratioPercent)
            .put("rounds", rounds);
    if (!word.isEmpty()) {
      json.put(failed ? "failure" : "skipped", word);
    }
    if (isMeasured()) {
      for (Figure figure : Figure.values()) {
        json.put(figure.name(), get(figure));
      }
      json.putNumbers("roundAccessesPerSecond", roundRates)
          .put("slowdown", slowdown)
          .put("resultHash", resultHash);
    }
    return json;
  }
}
