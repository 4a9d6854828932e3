package io.elasticmemory.counters;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountersLayoutTest {

  @Test
  void isOnePageThatHoldsEveryCounter() {
    Counter[] counters = Counter.values();
    assertThat(CountersLayout.PAGE_BYTES).isEqualTo(4096);
    assertThat(CountersLayout.at(counters[counters.length - 1]) + 8)
        .isLessThanOrEqualTo(CountersLayout.BUILD_AT);
    assertThat(CountersLayout.BUILD_AT + CountersLayout.BUILD_BYTES)
        .isEqualTo(CountersLayout.PAGE_BYTES);
  }

  @Test
  void countersFollowEachOtherInTheirOrder() {
    assertThat(CountersLayout.COUNTERS_AT).isEqualTo(64);
    for (Counter counter : Counter.values()) {
      assertThat(CountersLayout.at(counter)).isEqualTo(64 + 8L * counter.ordinal());
    }
  }

  @Test
  void theHeaderIsAsDrawn() {
    assertThat(CountersLayout.MAGIC_AT).isZero();
    assertThat(CountersLayout.VERSION_AT).isEqualTo(8);
    assertThat(CountersLayout.COUNT_AT).isEqualTo(12);
    assertThat(CountersLayout.PAGER_PID_AT).isEqualTo(16);
    assertThat(CountersLayout.BLOCK_BYTES_AT).isEqualTo(24);
    assertThat(CountersLayout.STANDBY_PID_AT).isEqualTo(32);
  }
}
