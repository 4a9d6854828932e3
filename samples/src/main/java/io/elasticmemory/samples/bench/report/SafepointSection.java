package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** What a slow donor does to the collector. */
final class SafepointSection implements Section {
  static final double SECONDS = 55;
  static final List<String> WORDS = List.of("safepoint");
  static final List<String> QUICK = List.of("safepoint", "--late-millis", "300", "--rounds", "1");

  @Override
  public String name() {
    return "safepoint";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(FieldRow.estimate(WORDS, SECONDS));
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "the other thread", "waits", "longest collection", "slowest of all", "added");
    try {
      for (JsonTree one : FieldRow.run(workloads, WORDS, QUICK).get("waits").each()) {
        table.row(
            one.text("access"),
            millis(one, "waitMillis"),
            millis(one, "gcMillis"),
            millis(one, "gcMillisMax"),
            millis(one, "addedMillis"));
      }
    } catch (NotMeasuredException e) {
      table.row("left out: " + e.reason());
    }
    return table.toString();
  }

  private static String millis(JsonTree one, String field) {
    return MarkdownTable.number(one.number(field), 1);
  }
}
