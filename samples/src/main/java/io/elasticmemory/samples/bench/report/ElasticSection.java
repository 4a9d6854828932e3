package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** Units of fetching that adapt beside fixed ones. */
final class ElasticSection implements Section {
  static final List<String> PATTERNS = List.of("scan", "random", "memcheck");

  @Override
  public String name() {
    return "elastic";
  }

  @Override
  public List<Estimate> estimates() {
    return PATTERNS.stream().map(ElasticRow::estimate).toList();
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "workload", "unit", "accesses/s", "misses", "CPU µs each", "pager MiB", "to the best");
    for (String pattern : PATTERNS) {
      try {
        add(table, ElasticRow.figures(workloads, pattern));
      } catch (NotMeasuredException e) {
        table.row(pattern, "left out: " + e.reason());
      }
    }
    return table.toString();
  }

  private static void add(MarkdownTable table, JsonTree figures) {
    for (JsonTree one : figures.get("units").each()) {
      String unit = one.text("unit");
      table.row(
          figures.text("pattern"),
          unit,
          MarkdownTable.number(one.number("accessesPerSecond"), 0),
          MarkdownTable.number(one.number("missRate"), 4),
          MarkdownTable.number(one.number("cpuMicrosPerAccess"), 2),
          MarkdownTable.number(one.number("pagerPssBytes") / (1 << 20), 0),
          unit.equals("elastic")
              ? MarkdownTable.number(figures.number("ratio"), 3)
              : unit.equals(figures.text("best")) ? "best" : "");
    }
  }
}
