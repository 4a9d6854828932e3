package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark of faults at a size that says nothing about speed, with real processes. */
@Timeout(600)
class FaultCommandIT {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource({"zero, one", "minor, two", "wp, one", "exporter, one", "ssd, two"})
  void measuresFaultsBesideTheFloor(String tier, String pin) {
    int exit =
        emp.run(
            "bench",
            "fault",
            "--tier",
            tier,
            "--pin",
            pin,
            "--rounds",
            "2",
            "--faults",
            "400",
            "--warm-up",
            "800",
            "--json",
            "-");

    assertThat(exit).as(emp.err()).isZero();
    assertThat(emp.out())
        .contains("\"workload\": \"fault\"", "\"pin\": \"" + pin + "\"", "\"rounds\": 2")
        .contains("\"tier\": \"" + tier + "\"", "\"faults\": 800")
        .containsPattern("\"p50Micros\": [1-9]\\d*\\.\\d+.*\"floorP50Micros\": [1-9]\\d*\\.\\d+")
        .containsPattern("\"ratioP50\": \\d+\\.\\d+")
        .containsPattern("\"shardAllocatedBytes\": \\d+")
        .containsPattern("\"pagerPssBytes\": [1-9]\\d{6,}");
    assertThat(emp.err()).contains("floor in C", "blocks of 64 KiB");
  }
}
