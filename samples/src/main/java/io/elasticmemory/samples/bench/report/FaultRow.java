package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/**
 * The median time of a fault, as a multiple of that of a C program which does the same.
 *
 * @param tier as {@code emp bench fault} calls it
 * @param title for people
 * @param target of the ratio
 */
record FaultRow(String tier, String title, Target target) implements Row {
  /** All on one CPU, blocking. */
  static final String ONE = "one";

  /** The handler on the other CPU, spinning. */
  static final String TWO = "two";

  private static final int ROUNDS = 5;

  /** Of what no row is made. */
  private static final int ROUNDS_MORE = 3;

  @Override
  public String name() {
    return "fault-" + tier;
  }

  @Override
  public String placement() {
    return "faulting thread, pager and donor on one CPU, blocking; the C program likewise";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(estimate(tier, ONE));
  }

  /** Warm-up and rounds, of the space and of the floor, and as many in larger blocks. */
  static Estimate estimate(String tier, String pin) {
    double part = pin.equals(ONE) ? 1 : (double) ROUNDS_MORE / ROUNDS;
    double seconds =
        switch (tier) {
          case "ssd" -> 68;
          case "exporter", "compressed" -> 30;
          default -> 17;
        };
    return new Estimate("fault " + tier + " " + pin, part * seconds);
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree json = run(workloads, tier, ONE);
    JsonTree figures = json.get("tiers").each().getFirst();
    return new Measurement(figures.number("ratioP50"), (int) json.number("rounds"));
  }

  /** The faults of one tier and placement. */
  static JsonTree run(Workloads workloads, String tier, String pin)
      throws IOException, NotMeasuredException {
    return workloads.run(
        "fault",
        "--tier",
        tier,
        "--pin",
        pin,
        "--rounds",
        workloads.choose(Integer.toString(pin.equals(ONE) ? ROUNDS : ROUNDS_MORE), "1"),
        "--faults",
        workloads.choose("20000", "400"),
        "--warm-up",
        workloads.choose("60000", "800"));
  }
}
