package io.elasticmemory.samples.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeHistogramTest {
  private final TimeHistogram times = new TimeHistogram();

  @Test
  void findsQuantilesWithinItsSteps() {
    for (int i = 100_000; i > 0; i--) {
      times.record(i * 100L);
    }
    assertThat(times.count()).isEqualTo(100_000);
    assertThat(times.quantileNanos(500)).isBetween(5_000_000L, 5_080_000L);
    assertThat(times.quantileNanos(990)).isBetween(9_900_000L, 10_000_000L);
    assertThat(times.maxNanos()).isEqualTo(10_000_000);
  }

  @Test
  void neverCapsTheSlowest() {
    times.record(50);
    times.record(3_600_000_000_000L);
    assertThat(times.quantileNanos(990)).isEqualTo(3_600_000_000_000L);
    assertThat(times.quantileNanos(500)).isEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 65, 127, 128, 4095, 1L << 40, Long.MAX_VALUE})
  void keepsASingleSample(long nanos) {
    times.record(nanos);
    assertThat(times.quantileNanos(500)).isEqualTo(nanos);
    assertThat(times.quantileNanos(999)).isEqualTo(nanos);
  }

  @Test
  void takesAClockThatStepsBackForNoTime() {
    times.record(-5);
    assertThat(times.quantileNanos(500)).isZero();
    assertThat(times.count()).isEqualTo(1);
  }

  @Test
  void isZeroWithoutSamples() {
    assertThat(times.quantileNanos(500)).isZero();
    assertThat(times.maxNanos()).isZero();
  }
}
