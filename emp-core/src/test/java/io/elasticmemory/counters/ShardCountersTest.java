package io.elasticmemory.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardCountersTest {
  private final ShardCounters counters =
      new ShardCounters(Arena.ofAuto().allocate(ShardCounters.bytes(3), 8));

  @Test
  void addUpWhatTheShardsCount() {
    counters.format(65536);
    counters.pagerPid(42);
    counters.of(0).add(Counter.faultsZero, 5);
    counters.of(2).add(Counter.faultsZero, 7);
    counters.of(1).set(Counter.budgetBytes, 100);

    assertThat(counters.get(Counter.faultsZero)).isEqualTo(12);
    assertThat(counters.snapshot())
        .containsEntry(Counter.faultsZero, 12L)
        .containsEntry(Counter.budgetBytes, 100L)
        .containsEntry(Counter.faultsSsd, 0L);
    assertThat(counters.snapshots())
        .extracting((Map<Counter, Long> shard) -> shard.get(Counter.faultsZero))
        .containsExactly(5L, 0L, 7L);
    assertThat(counters.of(2).pagerPid()).isEqualTo(42);
    assertThat(counters.of(2).blockBytes()).isEqualTo(65536);
  }
}
