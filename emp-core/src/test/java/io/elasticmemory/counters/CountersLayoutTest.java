package io.elasticmemory.counters;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;
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

  @Test
  void takesPagesOfThisVersionAndAsManyAsThereCanBe() {
    long[] pages = new long[(Stripes.SHARDS_MAX + 1) * 512];
    MemorySegment all = MemorySegment.ofArray(pages);
    CountersLayout.check(all.asSlice(0, ShardCounters.bytes(1)));
    MemorySegment most = all.asSlice(0, ShardCounters.bytes(Stripes.SHARDS_MAX));
    new ShardCounters(most).format(65536);
    CountersLayout.check(most);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountersLayout.check(all))
        .withMessageContaining("not 1 to 16 pages");
    assertThatIllegalArgumentException().isThrownBy(() -> CountersLayout.check(all.asSlice(0, 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountersLayout.check(all.asSlice(0, 4104)));
    most.set(JAVA_INT, CountersLayout.VERSION_AT, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountersLayout.check(most))
        .withMessageContaining("version 1");
  }

  @Test
  void theBuildEndsWhereItIsNoText() {
    Counters counters = new Counters(MemorySegment.ofArray(new long[512]));
    counters.build("0.1 ring=5\u001b[31m");
    assertThat(counters.build()).isEqualTo("0.1 ring=5");
  }
}
