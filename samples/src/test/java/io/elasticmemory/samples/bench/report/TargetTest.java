package io.elasticmemory.samples.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void holdsOnItsBoundAndOnTheRightSideOfIt() {
    assertThat(Target.atMost(1.25).holds(1.25)).isTrue();
    assertThat(Target.atMost(1.25).holds(1.2501)).isFalse();
    assertThat(Target.atLeast(8).holds(8)).isTrue();
    assertThat(Target.atLeast(8).holds(7.99)).isFalse();
    assertThat(Target.atMost(1).holds(Double.NaN)).isFalse();
  }

  @Test
  void saysItForProgramsAndForPeople() {
    assertThat(Target.atMost(10, "ms").text()).isEqualTo("<= 10");
    assertThat(Target.atMost(10, "ms").describe()).isEqualTo("≤ 10 ms");
    assertThat(Target.atLeast(1.8).text()).isEqualTo(">= 1.8");
    assertThat(Target.atLeast(1.8).describe(2.34567)).isEqualTo("2.346");
  }

  @Test
  void refusesAMeasurementThatIsNone() {
    assertThatThrownBy(() -> new Measurement(Double.NaN, 5)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Measurement(1, 0)).hasMessageContaining("0 rounds");
  }
}
