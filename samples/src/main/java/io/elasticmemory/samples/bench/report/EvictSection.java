package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** How fast blocks leave. */
final class EvictSection implements Section {
  private static final double SECONDS = 40;
  private static final List<String> WORDS = List.of("evict");
  private static final List<String> QUICK = List.of("evict", "--mib", "8", "--rounds", "1");

  @Override
  public String name() {
    return "evict";
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(FieldRow.estimate(WORDS, SECONDS));
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "blocks", "what leaves", "pages/s", "CPU µs", "C pages/s", "C CPU µs", "ratio");
    try {
      for (JsonTree one : FieldRow.run(workloads, WORDS, QUICK).get("blocks").each()) {
        add(table, one, "clean", "floorClean");
        add(table, one, "dirty", "floorDirty");
      }
    } catch (NotMeasuredException e) {
      table.row("left out: " + e.reason());
    }
    return table.toString();
  }

  private static void add(MarkdownTable table, JsonTree one, String ours, String floor) {
    table.row(
        MarkdownTable.number(one.number("blockBytes") / 1024, 0) + " KiB",
        ours,
        MarkdownTable.number(one.number(ours + "PagesPerSecond"), 0),
        MarkdownTable.number(one.number(ours + "CpuMicros"), 2),
        MarkdownTable.number(one.number(floor + "PagesPerSecond"), 0),
        MarkdownTable.number(one.number(floor + "CpuMicros"), 2),
        MarkdownTable.number(one.number(ours + "Ratio"), 2));
  }
}
