package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadsCommandIT {
  private final Cli emp = new Cli();

  @Test
  void measuresEveryCellOfATier() {
    int code =
        emp.run(
            "bench",
            "threads",
            "--tier",
            "zero,exporter",
            "--pin",
            "none",
            "--threads",
            "1,3",
            "--shards",
            "1,2",
            "--rounds",
            "1",
            "--faults",
            "500",
            "--json",
            "-");

    assertThat(code).as(emp.err()).isZero();
    JsonTree json = JsonTree.parse(emp.out());
    assertThat(json.get("cells").each()).hasSize(8);
    assertThat(json.get("cells").each())
        .allSatisfy(
            cell -> {
              assertThat(cell.number("faultsPerSecond")).isPositive();
              assertThat(cell.number("pagerCpuMicros")).isPositive();
              assertThat(cell.number("pagerPssBytes")).isPositive();
            });
    assertThat(json.get("tiers").each().getLast().number("speedup3")).isPositive();
  }
}
