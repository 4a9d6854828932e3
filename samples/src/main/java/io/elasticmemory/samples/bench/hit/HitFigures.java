package io.elasticmemory.samples.bench.hit;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Median;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one pattern took.
 *
 * @param pattern which
 * @param rounds in their order
 */
record HitFigures(Pattern pattern, List<Round> rounds) {
  HitFigures {
    rounds = List.copyOf(rounds);
  }

  /**
   * Nanoseconds an access, one after the other.
   *
   * @param space in memory of a space
   * @param plain in ordinary memory without huge pages
   * @param huge in ordinary memory with huge pages
   */
  record Round(double space, double plain, double huge) {}

  /** The median of the rounds' own ratios: all of a round saw the same disturbance. */
  double ratio() {
    return median(round -> round.space() / round.plain());
  }

  double hugeRatio() {
    return median(round -> round.space() / round.huge());
  }

  double median(ToDoubleFunction<Round> figure) {
    return Median.of(rounds.stream().mapToDouble(figure).toArray());
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("pattern", pattern.label())
        .put("spaceNanos", median(Round::space))
        .put("plainNanos", median(Round::plain))
        .put("hugeNanos", median(Round::huge))
        .put("ratio", ratio())
        .put("hugeRatio", hugeRatio());
  }
}
