package io.elasticmemory.samples.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final Map<String, String> SAID =
      Map.of(
          "accesses", "1000",
          "seconds", "0.5",
          "misses", "250",
          "majorFaults", "0",
          "minorFaults", "260",
          "applicationCpuSeconds", "0.1",
          "pagerCpuSeconds", "0.2",
          "exporterCpuSeconds", "0.3",
          "resultHash", "ab");

  @Test
  void worksOutRates() {
    Run run = Run.of(SAID, Map.of(Figure.limitBytes, 5.0), true);
    assertThat(run.get(Figure.accessesPerSecond)).isEqualTo(2000);
    assertThat(run.get(Figure.megabytesPerSecond)).isEqualTo(8.192);
    assertThat(run.get(Figure.missRate)).isEqualTo(0.25);
    assertThat(run.get(Figure.minorFaultsPerAccess)).isEqualTo(0.26);
    assertThat(run.get(Figure.cpuMicrosPerAccess)).isCloseTo(600, within());
    assertThat(run.get(Figure.limitBytes)).isEqualTo(5);
    assertThat(run.resultHash()).isEqualTo("ab");
  }

  @Test
  void refusesARunThatDoesNotSayWhatItDid() {
    assertThatThrownBy(() -> Run.of(Map.of("seconds", "1"), Map.of(), false))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("accesses");
  }

  @Test
  void takesMediansButTheSlowestOfAll() {
    List<Run> runs = List.of(run(30, 7), run(10, 9).with(Figure.repeats, 2), run(20, 8));
    Run median = Run.median(runs);
    assertThat(median.get(Figure.p50Micros)).isEqualTo(20);
    assertThat(median.get(Figure.maxMicros)).isEqualTo(9);
    assertThat(median.get(Figure.repeats)).isEqualTo(2);
    assertThat(Run.median(runs.subList(0, 2)).get(Figure.p50Micros)).isEqualTo(20);
  }

  @Test
  void comparesWithPlainMemory() {
    Run run = new Run(Map.of(Figure.accessesPerSecond, 50.0), "h");
    Cell cell = Cell.of(Subject.SWAP, 25, List.of(run), 200, "");
    assertThat(cell.slowdown()).isEqualTo(4);
    assertThat(cell.failed()).isFalse();
    assertThat(cell.toJson().toString())
        .contains("\"subject\": \"swap\"", "\"slowdown\": 4.000000", "\"resultHash\": \"h\"")
        .contains("\"roundAccessesPerSecond\": [50.000000]")
        .doesNotContain("skipped", "failure");
  }

  @Test
  void saysWhyACellIsEmpty() {
    assertThat(Cell.without(Subject.ZRAM, 25, "no device", false).toJson().toString())
        .contains("\"skipped\": \"no device\"")
        .doesNotContain("failure");
    assertThat(Cell.without(Subject.ZRAM, 25, "killed", true).toJson().toString())
        .contains("\"failure\": \"killed\"");
  }

  private static Run run(double p50, double max) {
    return new Run(Map.of(Figure.p50Micros, p50, Figure.maxMicros, max), "");
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }
}
