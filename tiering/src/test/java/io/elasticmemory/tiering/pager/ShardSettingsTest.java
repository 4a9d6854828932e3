package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardSettingsTest {
  private static final ShardSettings ORIGINAL =
      new ShardSettings(1, 2, 300, 400, 5, 6, true, true, false);

  @Test
  void copyChangesWhatItIsAskedToAndNothingElse() {
    assertThat(ORIGINAL.withFrameBytes(66))
        .isEqualTo(new ShardSettings(1, 2, 300, 400, 5, 66, true, true, false));
    assertThat(ORIGINAL.withPromote(false))
        .isEqualTo(new ShardSettings(1, 2, 300, 400, 5, 6, false, true, false));
    assertThat(ORIGINAL.withElastic(false))
        .isEqualTo(new ShardSettings(1, 2, 300, 400, 5, 6, true, false, false));
  }

  @Test
  void storesGetAQuarterOfTheLimitForFaults() {
    assertThat(ORIGINAL.withFaultTimeoutNanos(1_000))
        .isEqualTo(new ShardSettings(1, 2, 1_000, 250, 5, 6, true, true, false));
  }
}
