package io.elasticmemory.samples.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Duration TIME = Duration.ofMinutes(1);

  private final StringWriter out = new StringWriter();

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

  private JsonTree report(Duration limit, Row... rows) throws IOException {
    try (Workplace workplace = Workplace.create(directory)) {
      Report report = new Report(List.of(rows), true, limit, workplace, new PrintWriter(out));
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
      public Measurement measure(Workloads workloads) {
        return new Measurement(value.apply(workloads), 3);
      }
    };
  }
}
