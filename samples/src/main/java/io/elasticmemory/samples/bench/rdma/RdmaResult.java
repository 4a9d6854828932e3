package io.elasticmemory.samples.bench.rdma;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.Median;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What {@code emp bench rdma} has measured. */
public record RdmaResult(RdmaPlan plan, List<Round> rounds) implements Findings {
  /**
   * Medians of one round.
   *
   * @param java nanoseconds of each kind
   * @param floor the same in C
   */
  public record Round(Map<RoundTrip, Long> java, Map<RoundTrip, Long> floor) {
    public Round {
      java = Map.copyOf(java);
      floor = Map.copyOf(floor);
    }
  }

  public RdmaResult {
    rounds = List.copyOf(rounds);
  }

  private double micros(RoundTrip kind, Function<Round, Map<RoundTrip, Long>> whose) {
    return Median.of(rounds.stream().mapToDouble(round -> whose.apply(round).get(kind)).toArray())
        / 1e3;
  }

  /** How many times as long as in C, of the medians of all rounds. */
  double ratio(RoundTrip kind) {
    return micros(kind, Round::java) / micros(kind, Round::floor);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "round trips by RDMA at %s: medians of %d, of which medians of %d rounds%n%n",
        plan.address().getHostAddress(), plan.roundTrips(), rounds.size());
    out.printf("  %-18s %10s %10s %7s%n", "", "Java us", "C us", "ratio");
    for (RoundTrip kind : RoundTrip.values()) {
      out.printf(
          Locale.ROOT,
          "  %-18s %10.2f %10.2f %7.2f%n",
          kind.label(),
          micros(kind, Round::java),
          micros(kind, Round::floor),
          ratio(kind));
    }
    out.flush();
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "rdma")
        .put("roundTrips", plan.roundTrips())
        .put("rounds", rounds.size())
        .putObjects("kinds", Arrays.stream(RoundTrip.values()).map(this::toJson).toList());
  }

  private JsonObject toJson(RoundTrip kind) {
    return new JsonObject()
        .put("kind", kind.label())
        .put("javaMicros", micros(kind, Round::java))
        .put("floorMicros", micros(kind, Round::floor))
        .put("ratio", ratio(kind));
  }
}
