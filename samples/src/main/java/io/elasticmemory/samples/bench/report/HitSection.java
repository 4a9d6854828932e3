package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** Access to resident memory, pattern by pattern. */
final class HitSection implements Section {
  static final double SECONDS = 15;
  static final List<String> WORDS = List.of("hit", "--mib", "512");
  static final List<String> QUICK =
      List.of("hit", "--mib", "16", "--rounds", "1", "--accesses", "10000");

  @Override
  public String name() {
    return "hit";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(FieldRow.estimate(WORDS, SECONDS));
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "pattern", "space", "plain", "huge pages", "space / plain", "space / huge pages");
    try {
      for (JsonTree one : FieldRow.run(workloads, WORDS, QUICK).get("patterns").each()) {
        table.row(
            one.text("pattern"),
            MarkdownTable.number(one.number("spaceNanos"), 2),
            MarkdownTable.number(one.number("plainNanos"), 2),
            MarkdownTable.number(one.number("hugeNanos"), 2),
            MarkdownTable.number(one.number("ratio"), 3),
            MarkdownTable.number(one.number("hugeRatio"), 3));
      }
    } catch (NotMeasuredException e) {
      table.row("left out: " + e.reason());
    }
    return table.toString();
  }
}
