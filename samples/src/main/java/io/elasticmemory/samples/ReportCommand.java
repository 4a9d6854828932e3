package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.report.Estimate;
import io.elasticmemory.samples.bench.report.Report;
import io.elasticmemory.samples.bench.report.Row;
import io.elasticmemory.samples.bench.report.Rows;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code emp bench report}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "report",
    description = "Measures everything that is promised about speed and writes it down.",
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was measured, whether the targets hold or not (see the table), 1 if a",
      "row failed, 2 if the run was refused.",
      "",
      "Examples:",
      "  emp bench report --json report.json",
      "  emp bench report --only fault-zero --json -",
      "  emp bench report --only idle-cpu,fault-zero --update docs/PERFORMANCE.md"
    })
final class ReportCommand implements Callable<Integer> {
  private static final int MINUTES_MAX = 24 * 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the document goes, its plots into plots/ beside it"
              + " (default: docs/PERFORMANCE.md; with --only none is written).")
  private @Nullable Path file;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Measure only these rows.")
  private @Nullable List<String> only;

  @Option(
      names = "--update",
      paramLabel = "FILE",
      description =
          "With --only: put these rows into a document that is there, in the place of what was"
              + " measured before.")
  private @Nullable Path older;

  @Option(
      names = "--list",
      description = "Name the rows, their targets and about how long they take; measure nothing.")
  private boolean list;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "45",
      description = "What is not measured by then is left out (default: ${DEFAULT-VALUE}).")
  private int minutes;

  @Option(
      names = "--quick",
      description = "Tiny sizes, one round: shows that it works, its figures say nothing.")
  private boolean quick;

  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    if (list) {
      list();
      return 0;
    }
    check();
    try (Workplace workplace = Workplace.create()) {
      Report report =
          new Report(
              rows(),
              quick,
              Duration.ofMinutes(minutes),
              workplace,
              json.people(),
              spec.commandLine().getErr());
      boolean good = report.run();
      Path document = document();
      if (document != null) {
        report.write(document);
      }
      if (older != null) {
        report.update(older);
      }
      json.write(report.toJson());
      return good ? 0 : EmpMain.EXIT_FAILED;
    }
  }

  /** What several rows share is counted with the first of them. */
  private void list() {
    PrintWriter out = spec.commandLine().getOut();
    Set<String> begun = new HashSet<>();
    for (Row row : rows()) {
      double seconds = Estimate.add(row.estimates(), begun);
      String line = "%-28s %-9s %5.0f s  %s (%s)";
      out.println(
          String.format(
              Locale.ROOT,
              line,
              row.name(),
              row.target().describe(),
              seconds,
              row.title(),
              row.placement()));
    }
    if (only == null) {
      out.printf(
          Locale.ROOT,
          "with the tables and plots of the document about %.0f minutes of --minutes %d%n",
          Rows.seconds() / 60,
          minutes);
    }
    out.flush();
  }

  private void check() {
    rows();
    json.check();
    if (minutes < 1 || minutes > MINUTES_MAX) {
      throw mistake("--minutes is " + minutes + "; give 1 to " + MINUTES_MAX);
    }
    if (older != null && (only == null || file != null)) {
      throw mistake("--update puts some rows into a document: give --only with it, and no --out");
    }
    if (older != null && !(Files.isRegularFile(older) && Files.isWritable(older))) {
      throw mistake(
          "--update %s is no file that can be written; write one with --out".formatted(older));
    }
    Path document = document();
    if (document != null && !isWritable(document.toAbsolutePath())) {
      throw mistake(
          "the document %s cannot be written; give another --out FILE, in a directory there is"
              .formatted(document));
    }
  }

  private static boolean isWritable(Path document) {
    Path directory = document.getParent();
    return Files.exists(document)
        ? Files.isRegularFile(document) && Files.isWritable(document)
        : directory != null && Files.isWritable(directory);
  }

  /** A document about some rows would replace that about all. */
  private @Nullable Path document() {
    if (file == null && only == null) {
      return Path.of("docs", "PERFORMANCE.md");
    }
    return file;
  }

  private List<Row> rows() {
    if (only == null) {
      return Rows.all();
    }
    for (String name : only) {
      if (Rows.all().stream().noneMatch(row -> row.name().equals(name))) {
        throw mistake(
            String.format(Locale.ROOT, "--only %s is no row; there are %s", name, names()));
      }
    }
    return Rows.all().stream().filter(row -> only.contains(row.name())).toList();
  }

  private static String names() {
    return Rows.all().stream().map(Row::name).collect(Collectors.joining(", "));
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
