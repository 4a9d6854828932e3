package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Measures rows one after the other, shows them, and writes the document about them. */
public final class Report {
  private final List<Row> rows;
  private final PrintWriter out;
  private final PrintWriter progress;
  private final Workloads workloads;
  private final List<RowResult> results = new ArrayList<>();

  /**
   * A report that has not begun.
   *
   * @param rows which, in this order
   * @param isQuick whether sizes are to be such that figures say nothing
   * @param limit for everything together
   * @param workplace where the JVMs of the workloads live
   * @param out for people
   * @param progress told what begins
   */
  public Report(
      List<Row> rows,
      boolean isQuick,
      Duration limit,
      Workplace workplace,
      PrintWriter out,
      PrintWriter progress) {
    this.rows = List.copyOf(rows);
    this.out = out;
    this.progress = progress;
    this.workloads = new Workloads(workplace, isQuick, limit, this::tell);
  }

  /** Measures all rows. Returns whether none failed; one that is left out has not failed. */
  public boolean run() throws IOException {
    say(Machine.describe());
    Set<String> begun = new HashSet<>();
    for (Row row : rows) {
      double seconds = Estimate.add(row.estimates(), begun);
      tell(
          "row %d of %d: %s%s"
              .formatted(
                  results.size() + 1,
                  rows.size(),
                  row.name(),
                  workloads.isQuick() ? "" : ", about %.0f s".formatted(seconds)));
      RowResult result = measure(row);
      results.add(result);
      say(describe(result));
    }
    say("");
    results.forEach(result -> say(describe(result)));
    return results.stream().noneMatch(RowResult::isFailure);
  }

  /** Writes the document, and plots beside it; measures what only the document shows. */
  public void write(Path file) throws IOException {
    new ReportDocument(results, workloads).write(file);
    say("written: " + file);
  }

  /** Puts what was measured into a document that is there. */
  public void update(Path file) throws IOException {
    new ReportDocument(results, workloads).update(file);
    say("updated: " + file);
  }

  /** The same for programs. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "report")
        .put("machine", Machine.describe())
        .put("quick", workloads.isQuick())
        .put("seconds", workloads.elapsed().toMillis() / 1e3)
        .put("leftOut", workloads.leftOut())
        .putObjects("rows", results.stream().map(RowResult::toJson).toList());
  }

  private RowResult measure(Row row) throws IOException {
    long start = System.nanoTime();
    try {
      Measurement measurement = row.measure(workloads);
      return RowResult.measured(row, measurement, secondsSince(start));
    } catch (NotMeasuredException e) {
      return RowResult.missing(row, e, secondsSince(start));
    } catch (IllegalArgumentException e) {
      // A workload has ended well and does not say what it should: our own mistake.
      String reason = "the workload's JSON is not as expected: " + e.getMessage();
      return RowResult.missing(row, NotMeasuredException.failed(reason), secondsSince(start));
    }
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static String describe(RowResult result) {
    String verdict =
        result.measurement().isEmpty() ? "-" : result.holds() ? "holds" : "does NOT hold";
    String line =
        String.format(
            Locale.ROOT,
            "%-28s %14s  %-9s %s",
            result.row().name(),
            result.describeValue(),
            result.row().target().describe(),
            verdict);
    return result.reason().isEmpty() ? line : line + ": " + result.reason();
  }

  private void tell(String line) {
    progress.println(line);
    progress.flush();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
