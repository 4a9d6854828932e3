package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TierTest {

  @Test
  void areOrderedFromFastToSlow() {
    assertThat(Tier.values())
        .containsExactly(Tier.DRAM, Tier.COMPRESSED, Tier.REMOTE, Tier.SSD)
        .isSorted();
    assertThat(Tier.SSD.isBelow(Tier.REMOTE)).isTrue();
    assertThat(Tier.DRAM.isBelow(Tier.DRAM)).isFalse();
    assertThat(Tier.DRAM.isBelow(Tier.SSD)).isFalse();
  }
}
