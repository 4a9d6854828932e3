package io.elasticmemory.samples.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The document of a report. Its prose is the template {@value #TEMPLATE} among the resources, which
 * people edit; marks like {@code {{rows}}} in it are replaced by figures.
 */
final class ReportDocument {
  static final String TEMPLATE = "PERFORMANCE.md";

  private static final Pattern MARK = Pattern.compile("\\{\\{([a-z-]+)}}");
  private static final String QUICK =
      "**This is a trial run with tiny sizes: its figures say nothing.**\n\n";

  private static final List<String> COLUMNS =
      List.of("row", "measure", "placement", "value", "target", "holds", "rounds", "measured on");

  private final List<RowResult> results;
  private final Workloads workloads;

  ReportDocument(List<RowResult> results, Workloads workloads) {
    this.results = results;
    this.workloads = workloads;
  }

  /** Writes it to a file, and its plots into the directory {@code plots} beside it. */
  void write(Path file) throws IOException {
    Path plots = file.toAbsolutePath().resolveSibling("plots");
    Files.createDirectories(plots);
    Files.writeString(file, fill(template(), values(Plots.in(plots))));
  }

  /**
   * Puts what was measured in the place of the same rows of a document that is there; nothing else
   * of it changes.
   *
   * @throws IOException if the document has no such row; it is then as it was
   */
  void update(Path file) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    for (RowResult result : results) {
      if (result.measurement().isPresent()) {
        lines.set(find(result.row().name(), lines, file), MarkdownTable.line(cells(result)));
      }
    }
    Files.write(file, lines);
  }

  private static int find(String row, List<String> lines, Path file) throws IOException {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).startsWith("| " + row + " |"))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "%s has no row %s; write it anew with emp bench report --out %s"
                        .formatted(file, row, file)));
  }

  /** The template as it is in the jar. */
  static String template() throws IOException {
    try (InputStream text = ReportDocument.class.getResourceAsStream(TEMPLATE)) {
      if (text == null) {
        throw new IOException("the template " + TEMPLATE + " is missing in samples; rebuild it");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The names of all marks in a text, in their order. */
  static List<String> marks(String text) {
    return MARK.matcher(text).results().map(mark -> mark.group(1)).toList();
  }

  private static String fill(String template, Map<String, String> values) {
    return MARK.matcher(template).replaceAll(mark -> literal(value(mark, values)));
  }

  private static String value(MatchResult mark, Map<String, String> values) {
    String value = values.get(mark.group(1));
    if (value == null) {
      throw new IllegalStateException(
          "the template has " + mark.group() + ", for which there is no section");
    }
    return value.stripTrailing();
  }

  private static String literal(String text) {
    return Matcher.quoteReplacement(text);
  }

  private Map<String, String> values(Plots plots) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Section section : Rows.sections()) {
      values.put(section.name(), section.render(workloads, plots));
    }
    values.put("machine", (workloads.isQuick() ? QUICK : "") + machine());
    values.put("rows", rows());
    values.put("left-out", leftOut());
    values.put("commands", String.join("\n", workloads.commands()));
    return values;
  }

  private static String machine() {
    return Machine.describe() + "; measured on " + LocalDate.now() + ".";
  }

  private String rows() {
    MarkdownTable table = new MarkdownTable(COLUMNS.toArray(String[]::new));
    for (RowResult result : results) {
      table.row(cells(result).toArray(String[]::new));
    }
    return table.toString();
  }

  private static List<String> cells(RowResult result) {
    Row row = result.row();
    return List.of(
        row.name(),
        row.title(),
        row.placement(),
        result.describeValue(),
        row.target().describe(),
        result.measurement().isEmpty() ? "" : result.holds() ? "yes" : "**no**",
        result.measurement().map(m -> Integer.toString(m.rounds())).orElse(""),
        LocalDate.now().toString());
  }

  private String leftOut() {
    List<String> lines =
        Stream.concat(
                results.stream()
                    .filter(result -> result.measurement().isEmpty())
                    .map(result -> "row `" + result.row().name() + "`: " + result.reason()),
                workloads.leftOut().stream())
            .map(line -> "- " + line)
            .toList();
    return lines.isEmpty() ? "Nothing." : String.join("\n", lines);
  }
}
