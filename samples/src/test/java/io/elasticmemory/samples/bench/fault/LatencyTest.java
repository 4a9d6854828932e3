package io.elasticmemory.samples.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void takesQuantilesFromTheSamplesThemselves() {
    long[] samples = LongStream.rangeClosed(1, 2000).map(i -> (2001 - i) * 1000).toArray();
    assertThat(Latency.of(samples, 5_000_000, 2_000_000))
        .isEqualTo(new Latency(1000, 1980, 1998, 2000, 2.5, 1));
  }

  @Test
  void neverLeavesOutTheSlowestSample() {
    assertThat(Latency.of(new long[] {10_000_000_000L, 1000}, 0, 0).maxMicros()).isEqualTo(1e7);
  }

  @Test
  void takesTheOnlySampleForEveryQuantile() {
    assertThat(Latency.of(new long[] {7000}, 0, 0)).isEqualTo(new Latency(7, 7, 7, 7, 0, 0));
  }

  @Test
  void reportsTheMedianOfRoundsAndTheSlowestOfAll() {
    Latency calm = new Latency(1, 2, 3, 4, 1, 0);
    Latency middle = new Latency(2, 3, 4, 5, 2, 1);
    Latency disturbed = new Latency(90, 900, 9000, 90_000, 80, 2);
    assertThat(Latency.median(List.of(disturbed, calm, middle)))
        .isEqualTo(new Latency(2, 3, 4, 90_000, 2, 1));
  }

  @Test
  void readsWhatTheFloorPrints() {
    String line = "faults=9 p50Nanos=8000 p99Nanos=9500 p999Nanos=10000 maxNanos=70000";
    assertThat(FaultFloor.parse(line + " handlerCpuNanos=4500 exporterCpuNanos=2500\n"))
        .isEqualTo(new Latency(8, 9.5, 10, 70, 4.5, 2.5));
  }

  @Test
  void refusesALineWithoutAFigure() {
    assertThatThrownBy(() -> FaultFloor.parse("p50Nanos=1"))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("p99Nanos");
  }
}
