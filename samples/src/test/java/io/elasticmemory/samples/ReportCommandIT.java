package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One row of the report at a size that says nothing about speed, with real processes. */
@Timeout(600)
class ReportCommandIT {
  private final Cli emp = new Cli();

  @Test
  void measuresOneRow() {
    int exit = emp.run("bench", "report", "--quick", "--only", "fault-zero", "--json", "-");
    assertThat(exit).as(emp.err()).isZero();
    JsonTree json = JsonTree.parse(emp.out());
    assertThat(json.get("quick").isTrue()).isTrue();
    JsonTree row = json.get("rows").each().getFirst();
    assertThat(row.text("name")).isEqualTo("fault-zero");
    assertThat(row.number("value")).isPositive();
    assertThat(row.text("target")).isEqualTo("<= 1.25");
    assertThat(row.get("holds").isTrue()).isEqualTo(row.number("value") <= 1.25);
    assertThat(row.number("rounds")).isEqualTo(1);
    assertThat(row.text("placement")).contains("one CPU");
  }
}
