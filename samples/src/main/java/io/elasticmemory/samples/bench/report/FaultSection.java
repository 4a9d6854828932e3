package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.bench.report.Plot.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a fault costs in every tier and placement, beside C. */
final class FaultSection implements Section {
  private static final List<String> TIERS =
      List.of("zero", "minor", "wp", "compressed", "exporter", "ssd");

  @Override
  public String name() {
    return "fault";
  }

  @Override
  public List<Estimate> estimates() {
    return Stream.of(FaultRow.ONE, FaultRow.TWO)
        .flatMap(pin -> TIERS.stream().map(tier -> FaultRow.estimate(tier, pin)))
        .toList();
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "placement",
            "tier",
            "p50",
            "p99",
            "p99.9",
            "pager CPU",
            "exporter CPU",
            "C p50",
            "C p99",
            "C p99.9",
            "C handler CPU",
            "C exporter CPU",
            "ratio p50",
            "pager MiB",
            "exporter MiB");
    StringBuilder plotted = new StringBuilder();
    for (String pin : List.of(FaultRow.ONE, FaultRow.TWO)) {
      List<JsonTree> measured = measure(workloads, pin, table);
      if (!measured.isEmpty()) {
        plotted.append(plots.add(plot(pin, measured))).append('\n');
      }
    }
    return table + "\n" + plotted;
  }

  private static List<JsonTree> measure(Workloads workloads, String pin, MarkdownTable table)
      throws IOException {
    List<JsonTree> measured = new ArrayList<>();
    for (String tier : TIERS) {
      try {
        JsonTree figures = FaultRow.run(workloads, tier, pin).get("tiers").each().getFirst();
        measured.add(figures);
        table.row(
            pin,
            tier,
            micros(figures, "p50Micros"),
            micros(figures, "p99Micros"),
            micros(figures, "p999Micros"),
            micros(figures, "pagerCpuMicros"),
            micros(figures, "exporterCpuMicros"),
            micros(figures, "floorP50Micros"),
            micros(figures, "floorP99Micros"),
            micros(figures, "floorP999Micros"),
            micros(figures, "floorHandlerCpuMicros"),
            micros(figures, "floorExporterCpuMicros"),
            MarkdownTable.number(figures.number("ratioP50"), 2),
            mib(figures, "pagerPssBytes"),
            mib(figures, "exporterPssBytes"));
      } catch (NotMeasuredException e) {
        table.row(pin, tier, "left out: " + e.reason());
      }
    }
    return measured;
  }

  private static String micros(JsonTree figures, String name) {
    return MarkdownTable.number(figures.number(name), 1);
  }

  private static String mib(JsonTree figures, String name) {
    return MarkdownTable.number(figures.number(name) / (1 << 20), 0);
  }

  private static Plot plot(String pin, List<JsonTree> measured) {
    List<String> tiers = measured.stream().map(figures -> figures.text("tier")).toList();
    return new Plot(
        "fault-" + pin,
        "Median time of a fault, --pin " + pin,
        "tier",
        "microseconds",
        false,
        List.of(
            new Series("EMP", tiers, all(measured, "p50Micros")),
            new Series("C floor", tiers, all(measured, "floorP50Micros"))));
  }

  private static List<Double> all(List<JsonTree> measured, String name) {
    return measured.stream().map(figures -> figures.number(name)).toList();
  }
}
