package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Misses of the pager and of replayed policies beside exact LRU and Belady's MIN. */
final class PolicySection implements Section {
  @Override
  public String name() {
    return "policy";
  }

  @Override
  public List<Estimate> estimates() {
    return Stream.of("zipf", "scan").map(PolicyRow::estimate).toList();
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    MarkdownTable table =
        new MarkdownTable("accesses", "policy", "misses", "to exact LRU", "to MIN");
    for (String trace : List.of("zipf", "scan")) {
      try {
        add(table, trace, PolicyRow.figures(workloads, trace));
      } catch (NotMeasuredException e) {
        table.row(trace, "left out: " + e.reason());
      }
    }
    return table.toString();
  }

  private static void add(MarkdownTable table, String trace, JsonTree figures) {
    for (JsonTree real : figures.get("pager").each()) {
      boolean samples = real.get("sampling").isTrue();
      add(table, trace, samples ? "the pager" : "the pager, reads not sampled", real);
    }
    for (JsonTree replay : figures.get("replays").each()) {
      add(table, trace, replay.text("policy") + ", replayed", replay);
    }
  }

  private static void add(MarkdownTable table, String trace, String policy, JsonTree one) {
    table.row(
        trace,
        policy,
        MarkdownTable.number(one.number("misses"), 0),
        MarkdownTable.number(one.number("ratioToLru"), 3),
        MarkdownTable.number(one.number("ratioToMin"), 3));
  }
}
