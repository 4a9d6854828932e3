package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.util.List;
import java.util.Optional;

/** Cells of a workload that have no figures, with the workload's own words about them. */
final class LeftOutCells {
  private LeftOutCells() {}

  /** A line for each; none for workloads without cells. */
  static List<String> of(List<String> words, JsonTree json) {
    Optional<JsonTree> cells = json.find("cells");
    if (cells.isEmpty() || json.find("pattern").isEmpty()) {
      return List.of();
    }
    return cells.get().each().stream()
        .filter(cell -> cell.number("rounds") < 1)
        .map(cell -> describe(String.join(" ", words), cell))
        .toList();
  }

  private static String describe(String words, JsonTree cell) {
    String why = cell.find("failure").or(() -> cell.find("skipped")).map(JsonTree::text).orElse("");
    return "`%s` at %.0f %% of `bench %s`: %s"
        .formatted(cell.text("subject"), cell.number("ratioPercent"), words, why);
  }
}
