package io.elasticmemory.samples.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Duration TIME = Duration.ofMinutes(1);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @Test
  void saysOfEachRowWhetherItHolds() throws IOException {
    JsonTree json = report(TIME, row("good", workloads -> 1.0), row("bad", workloads -> 1.5));
    List<JsonTree> rows = json.get("rows").each();
    assertThat(rows).extracting(row -> row.text("name")).containsExactly("good", "bad");
    assertThat(rows).extracting(row -> row.number("value")).containsExactly(1.0, 1.5);
    assertThat(rows).extracting(row -> row.get("holds").isTrue()).containsExactly(true, false);
    assertThat(rows).extracting(row -> row.number("rounds")).containsExactly(3.0, 3.0);
    assertThat(out.toString()).contains("does NOT hold");
  }

  @Test
  void saysOnTheWayWhatItIsAt() throws IOException {
    report(TIME, row("first", workloads -> 1.0), row("second", workloads -> 1.0));
    assertThat(err.toString().lines()).containsExactly("row 1 of 2: first", "row 2 of 2: second");
  }

  @Test
  void namesWhatWasLeftOut() throws IOException {
    Row refused = new FaultRow("tape", "x", Target.atMost(1));
    JsonTree json = report(TIME, refused, row("good", workloads -> 1.0));
    assertThat(json.get("leftOut").each())
        .singleElement()
        .extracting(JsonTree::text)
        .asString()
        .contains("bench fault --tier tape", "none of zero");
  }

  @Test
  void namesTheCellsOfALadderThatWereLeftOut() {
    JsonTree json =
        JsonTree.parse(
            """
            {"pattern": "random", "cells": [
              {"subject": "remote", "ratioPercent": 25, "rounds": 3},
              {"subject": "swap", "ratioPercent": 25, "rounds": 0, "skipped": "swap needs root"},
              {"subject": "ssd", "ratioPercent": 10, "rounds": 0, "failure": "no room"}]}
            """);
    assertThat(LeftOutCells.of(List.of("ladder", "--rounds", "3"), json))
        .containsExactly(
            "`swap` at 25 % of `bench ladder --rounds 3`: swap needs root",
            "`ssd` at 10 % of `bench ladder --rounds 3`: no room");
    assertThat(LeftOutCells.of(List.of("hit"), JsonTree.parse("{}"))).isEmpty();
  }

  @Test
  void countsARunThatRowsShareOnce() {
    Estimate shared = new Estimate("ladder", 100);
    assertThat(Estimate.sum(List.of(shared, new Estimate("hit", 5), shared))).isEqualTo(105);
  }

  /** With some to spare: it is an estimate, and what is late is left out. */
  @Test
  void fitsIntoItsTime() {
    assertThat(Rows.seconds()).isBetween(600.0, 45 * 60 * 0.98);
    assertThat(Rows.all()).allMatch(row -> Estimate.sum(row.estimates()) > 0);
  }

  @Test
  void neverMakesUpAValue() throws IOException {
    Row pending = new PendingRow("later", "x", Target.atMost(1), "anywhere", "emp bench later");
    JsonTree row = report(TIME, pending).get("rows").each().getFirst();
    assertThat(row.get("value").isNull()).isTrue();
    assertThat(row.get("holds").isTrue()).isFalse();
    assertThat(row.number("rounds")).isZero();
    assertThat(row.text("reason")).isEqualTo("this version has no emp bench later");
  }

  @Test
  void goesOnWhenAWorkloadSaysSomethingElse() throws IOException {
    Row odd = row("odd", workloads -> JsonTree.parse("{}").number("p50Micros"));
    List<JsonTree> rows = report(TIME, odd, row("next", w -> 0.5)).get("rows").each();
    assertThat(rows.get(0).text("reason")).contains("has no field 'p50Micros'");
    assertThat(rows.get(1).number("value")).isEqualTo(0.5);
  }

  @Test
  void startsNothingWhenItsTimeIsOver() throws IOException {
    Row fault = new FaultRow("zero", "x", Target.atMost(1));
    JsonTree row = report(Duration.ZERO, fault).get("rows").each().getFirst();
    assertThat(row.text("reason")).contains("minutes were over");
  }

  @Test
  void givesTheWordsOfAWorkloadThatRefuses() throws IOException {
    Row refused = new FaultRow("tape", "x", Target.atMost(1));
    JsonTree row = report(TIME, refused).get("rows").each().getFirst();
    assertThat(row.text("reason")).contains("emp bench fault --tier tape", "none of zero");
  }

  @Test
  void hasAPlaceInTheTemplateForEverySection() throws IOException {
    List<String> marks = ReportDocument.marks(ReportDocument.template());
    assertThat(marks).doesNotHaveDuplicates().contains("machine", "rows", "left-out", "commands");
    assertThat(marks)
        .containsAll(Rows.sections().stream().map(Section::name).toList())
        .hasSize(Rows.sections().size() + 4);
  }

  @Test
  void namesEveryRowOnce() {
    assertThat(Rows.all())
        .extracting(Row::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z0-9-]+"));
  }

  @Test
  void putsARowInThePlaceOfTheSameOneAndChangesNothingElse() throws IOException {
    Path document = directory.resolve("PERFORMANCE.md");
    String other = "| other | x | y | 2.000 | ≤ 2 | yes | 3 | 2026-01-01 |";
    Files.write(document, List.of("before", "| good | old |", other, "after"));
    List<String> lines = update(document, row("good", workloads -> 1.0));
    assertThat(lines).hasSize(4).contains("before", other, "after");
    assertThat(lines.get(1)).startsWith("| good |").contains("| 1.000 |", "| yes |");
  }

  @Test
  void leavesADocumentWithoutTheRowAsItWas() throws IOException {
    Path document = directory.resolve("PERFORMANCE.md");
    Files.writeString(document, "| good | old |\n");
    assertThatThrownBy(
            () -> update(document, row("good", workloads -> 1.0), row("new", workloads -> 1.0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has no row new")
        .hasMessageContaining("--out");
    assertThat(document).hasContent("| good | old |");
  }

  @Test
  void keepsWhatWasMeasuredBeforeWhereARowFails() throws IOException {
    Path document = directory.resolve("PERFORMANCE.md");
    Files.writeString(document, "| odd | old |\n");
    Row odd = row("odd", workloads -> JsonTree.parse("{}").number("p50Micros"));
    assertThat(update(document, odd)).containsExactly("| odd | old |");
  }

  private List<String> update(Path document, Row... rows) throws IOException {
    try (Workplace workplace = Workplace.create(directory)) {
      Report report =
          new Report(
              List.of(rows), true, TIME, workplace, new PrintWriter(out), new PrintWriter(err));
      boolean _ = report.run();
      report.update(document);
      return Files.readAllLines(document);
    }
  }

  private JsonTree report(Duration limit, Row... rows) throws IOException {
    try (Workplace workplace = Workplace.create(directory)) {
      Report report =
          new Report(
              List.of(rows), true, limit, workplace, new PrintWriter(out), new PrintWriter(err));
      boolean _ = report.run();
      return JsonTree.parse(report.toJson().toString());
    }
  }

  private static Row row(String name, Function<Workloads, Double> value) {
    return new Row() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String title() {
        return "title of " + name;
      }

      @Override
      public Target target() {
        return Target.atMost(1.25);
      }

      @Override
      public String placement() {
        return "anywhere";
      }

      @Override
      public List<Estimate> estimates() {
        return List.of(new Estimate(name, 7));
      }

      @Override
      public Measurement measure(Workloads workloads) {
        return new Measurement(value.apply(workloads), 3);
      }
    };
  }
}
