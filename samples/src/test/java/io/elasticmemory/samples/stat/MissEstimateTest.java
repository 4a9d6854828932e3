package io.elasticmemory.samples.stat;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MissEstimateTest {
  private final Map<Counter, Long> counters =
      new HashMap<>(
          Map.of(
              Counter.blocksReturned, 9_000L,
              Counter.missesHalfDram, 30_000L,
              Counter.missesSameDram, 10_000L,
              Counter.missesHalfMoreDram, 5_000L,
              Counter.missesDoubleDram, 0L,
              Counter.blocksWatched, 1L));

  private Counted counted() {
    return new Counted(7, 0, "", BudgetReason.NONE, 2, 65_536, 16, 10, counters);
  }

  @Test
  void takesTheSampleInProportionToWhatWasCounted() {
    MissEstimate misses = MissEstimate.of(counted());
    assertThat(misses.reason()).isEmpty();
    assertThat(misses.counted()).isEqualTo(9_000);
    assertThat(misses.half()).hasValue(27_000);
    assertThat(misses.halfMore()).hasValue(4_500);
    assertThat(misses.twice()).hasValue(0);
    assertThat(misses.sampledError()).isEqualTo(10_000 / 9_000.0 - 1);
  }

  @Test
  void saysWhyItKnowsNothing() {
    counters.put(Counter.missesSameDram, 16L * (MissEstimate.SPECIMENS_MIN - 1));
    assertUnknown("24 misses in the sample, 25 are needed");
    counters.put(Counter.blocksWatched, 0L);
    assertUnknown("sampling is off");
    counters.put(Counter.blocksReturned, 0L);
    assertUnknown("no block had to come back");
  }

  private void assertUnknown(String reason) {
    MissEstimate misses = MissEstimate.of(counted());
    assertThat(misses.reason()).contains(reason);
    assertThat(misses.half()).isEqualTo(OptionalLong.empty());
    assertThat(table(counted())).contains(reason).doesNotContain("~");
  }

  @Test
  void looksAtAnIntervalAlone() {
    Counted before = counted();
    Map<Counter, Long> later = new HashMap<>(counters);
    later.merge(Counter.blocksReturned, 1_000L, Long::sum);
    later.merge(Counter.missesHalfDram, 2_000L, Long::sum);
    later.merge(Counter.missesSameDram, 500L, Long::sum);
    later.merge(Counter.blocksWatched, 1L, Long::sum);
    Counted interval =
        new Counted(7, 0, "", BudgetReason.NONE, 2, 65_536, 16, 12.5, later).since(before);
    assertThat(interval.seconds()).isEqualTo(2.5);
    assertThat(MissEstimate.of(interval).half()).hasValue(4_000);
    assertThat(MissEstimate.of(interval).counted()).isEqualTo(1_000);
  }

  @Test
  void showsWhatThereIsAndNoTierThatIsNotThere() {
    counters.put(Counter.budgetBytes, 64L << 20);
    counters.put(Counter.residentBytes, 48L << 20);
    counters.put(Counter.slotsRemote, 32L);
    counters.put(Counter.slotsFreeRemote, 96L);
    counters.put(Counter.faultsRemote, 1_000L);
    counters.put(Counter.waitNanosRemote, 30_000_000L);
    assertThat(table(counted()))
        .contains("process 42, pager 7, 2 shards, blocks of 64 KiB, 10.0 s")
        .contains("48.0 MiB of 64.0 MiB (75 %)")
        .contains("2.0 MiB used, 6.0 MiB free")
        .containsPattern("remote +1,000 +100 +30\\.0 µs")
        .contains("DRAM 0.5x ~27,000   1x 9,000 (counted)   1.5x ~4,500   2x ~0")
        .contains("one block in 16, which for 1x says 10,000 (+11.1 %)")
        .doesNotContain("SSD")
        .doesNotContain("compressed");
  }

  private static String table(Counted counted) {
    StringWriter out = new StringWriter();
    new StatTable(counted, counted, new PrintWriter(out)).print(42);
    return out.toString();
  }
}
