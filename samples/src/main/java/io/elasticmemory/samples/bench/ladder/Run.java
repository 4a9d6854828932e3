package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one run, or the medians of several.
 *
 * @param figures all that are known; the others are 0
 * @param resultHash the same for everybody who has read what was written
 */
public record Run(Map<Figure, Double> figures, String resultHash) {

  public Run {
    figures = Map.copyOf(figures);
  }

  /** A figure; 0 where it is not known. */
  public double get(Figure figure) {
    return figures.getOrDefault(figure, 0.0);
  }

  /** The same with one more figure. */
  Run with(Figure figure, double value) {
    EnumMap<Figure, Double> more = new EnumMap<>(Figure.class);
    more.putAll(figures);
    more.put(figure, value);
    return new Run(more, resultHash);
  }

  /**
   * What {@link LadderMain} has said, and what was seen from outside.
   *
   * @param said its fields
   * @param isWholePages whether an access reads all of a page
   */
  static Run of(Map<String, String> said, Map<Figure, Double> seen, boolean isWholePages) {
    EnumMap<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.pageCluster, -1.0);
    figures.put(Figure.readAheadKib, -1.0);
    for (Figure figure : Figure.values()) {
      String value = said.get(figure.name());
      if (value != null) {
        figures.put(figure, Double.parseDouble(value));
      }
    }
    figures.putAll(seen);
    double accesses = number(said, "accesses");
    double rate = accesses / number(said, "seconds");
    figures.put(Figure.accessesPerSecond, rate);
    figures.put(Figure.megabytesPerSecond, isWholePages ? rate * Content.PAGE_BYTES / 1e6 : 0);
    figures.put(Figure.missRate, number(said, "misses") / accesses);
    figures.put(Figure.majorFaultsPerAccess, number(said, "majorFaults") / accesses);
    figures.put(Figure.minorFaultsPerAccess, number(said, "minorFaults") / accesses);
    figures.put(Figure.cpuMicrosPerAccess, cpuSeconds(figures) * 1e6 / accesses);
    return new Run(figures, said.getOrDefault("resultHash", ""));
  }

  private static double cpuSeconds(Map<Figure, Double> figures) {
    return figures.getOrDefault(Figure.applicationCpuSeconds, 0.0)
        + figures.getOrDefault(Figure.pagerCpuSeconds, 0.0)
        + figures.getOrDefault(Figure.exporterCpuSeconds, 0.0);
  }

  private static double number(Map<String, String> said, String name) {
    String value = said.get(name);
    if (value == null) {
      throw new EmpException(Kind.INTERNAL, "a run said nothing of " + name + "; report a bug");
    }
    return Double.parseDouble(value);
  }

  /** Each figure the median of the runs, except the slowest access, which stays the slowest. */
  public static Run median(List<Run> runs) {
    EnumMap<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      double[] values = runs.stream().mapToDouble(run -> run.get(figure)).sorted().toArray();
      boolean isMost = figure == Figure.maxMicros || figure == Figure.repeats;
      figures.put(figure, isMost ? values[values.length - 1] : middle(values));
    }
    return new Run(figures, runs.getFirst().resultHash);
  }

  /** The middle one, or the mean of the two in the middle. */
  private static double middle(double... sorted) {
    int middle = sorted.length / 2;
    return Arrays.stream(sorted, (sorted.length - 1) / 2, middle + 1).average().orElseThrow();
  }
}
