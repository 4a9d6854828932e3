package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long threads stood still. */
class StallsTest {
  @Test
  void notMoreThanOneInAHundredIsLongerThanThe99th() {
    Stalls stalls = new Stalls();
    assertThat(stalls.millis(99)).isZero();
    for (int i = 1; i <= 305; i++) {
      stalls.add(i * 1_000_000L);
    }
    assertThat(stalls.millis(50)).isEqualTo(153);
    assertThat(stalls.millis(99)).isEqualTo(302);
    assertThat(stalls.millis(100)).isEqualTo(305);
  }

  @Test
  void oneOfFewIsThe99th() {
    Stalls stalls = new Stalls();
    stalls.add(7_000_000);
    stalls.add(9_000_000);
    assertThat(stalls.millis(99)).isEqualTo(9);
  }
}
