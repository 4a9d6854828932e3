package io.elasticmemory.tiering.pager;

import static io.elasticmemory.tiering.pager.RunningClock.GAP_NANOS_MAX;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningClockTest {
  private long now = Long.MAX_VALUE - 3;
  private final RunningClock clock = new RunningClock(() -> now);

  @Test
  void goesWithTheOtherClockAsLongAsItIsLookedAt() {
    long start = clock.nanoTime();
    for (int i = 1; i <= 1000; i++) {
      now += GAP_NANOS_MAX;
      assertThat(clock.nanoTime() - start).isEqualTo(i * GAP_NANOS_MAX);
    }
  }

  @Test
  void countsNotTheTimeInWhichNobodyLooked() {
    long start = clock.nanoTime();
    now += 60 * GAP_NANOS_MAX;
    assertThat(clock.nanoTime() - start).isEqualTo(GAP_NANOS_MAX);
    now += 5;
    assertThat(clock.nanoTime() - start).isEqualTo(GAP_NANOS_MAX + 5);
  }
}
