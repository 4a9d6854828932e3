package io.elasticmemory.samples.bench.evict;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Median;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * How blocks of one size leave.
 *
 * @param blockBytes of the blocks
 * @param rounds in their order
 */
record EvictFigures(int blockBytes, List<Round> rounds) {
  EvictFigures {
    rounds = List.copyOf(rounds);
  }

  /**
   * Something that left.
   *
   * @param pagesPerSecond pages of 4 KiB
   * @param cpuMicros CPU time for each of them, of whoever took them away
   */
  record Rate(double pagesPerSecond, double cpuMicros) {}

  /** One after the other: what a donor has too, and what it has to get first. */
  record Round(Rate clean, Rate floorClean, Rate dirty, Rate floorDirty) {}

  double median(ToDoubleFunction<Round> figure) {
    return Median.of(rounds.stream().mapToDouble(figure).toArray());
  }

  double pagesPerSecond(Function<Round, Rate> which) {
    return median(round -> which.apply(round).pagesPerSecond());
  }

  double cpuMicros(Function<Round, Rate> which) {
    return median(round -> which.apply(round).cpuMicros());
  }

  /** Our rate as a part of the floor's, the median of the rounds' own ratios. */
  double ratio(Function<Round, Rate> ours, Function<Round, Rate> floor) {
    return median(
        round -> ours.apply(round).pagesPerSecond() / floor.apply(round).pagesPerSecond());
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject().put("blockBytes", blockBytes);
    put(json, "clean", Round::clean);
    put(json, "floorClean", Round::floorClean);
    put(json, "dirty", Round::dirty);
    put(json, "floorDirty", Round::floorDirty);
    return json.put("cleanRatio", ratio(Round::clean, Round::floorClean))
        .put("dirtyRatio", ratio(Round::dirty, Round::floorDirty));
  }

  private void put(JsonObject json, String name, Function<Round, Rate> which) {
    json.put(name + "PagesPerSecond", pagesPerSecond(which))
        .put(name + "CpuMicros", cpuMicros(which));
  }
}
