package io.elasticmemory.samples.bench.report;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table as the document shows it. */
final class MarkdownTable {
  private final List<String> lines = new ArrayList<>();
  private final int columns;

  MarkdownTable(String... titles) {
    columns = titles.length;
    row(titles);
    lines.add("|" + "---|".repeat(columns));
  }

  /** Adds a row; cells that are not given stay empty. */
  void row(String... cells) {
    List<String> all = new ArrayList<>(List.of(cells));
    all.addAll(Collections.nCopies(columns - cells.length, ""));
    lines.add(line(all));
  }

  /** One row by itself. */
  static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replace('\n', ' '))
        .collect(joining(" | ", "| ", " |"));
  }

  /** A number with so many decimals. */
  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }
}
