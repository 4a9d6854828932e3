package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.wire.PagerMessageLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandingOverTest {
  private static final MemorySegment LINE =
      TalkingPager.message(PagerMessageLayout.LOG, PagerMessageLayout.DETAIL, 0, "opens a donor");

  private final TalkingPager pager = new TalkingPager();

  private long handOver(MemorySegment... words) {
    return pager.handOver(List.of(words).iterator());
  }

  private static MemorySegment ready(long budget) {
    return TalkingPager.message(PagerMessageLayout.READY, 0, budget, "");
  }

  @Test
  void endsWithTheBudgetThePagerNeeds() {
    assertThat(handOver(LINE, LINE, ready(1 << 20))).isEqualTo(1 << 20);
  }

  @Test
  void endsWithTheReasonWhyThePagerRefuses() {
    MemorySegment refusal =
        TalkingPager.message(PagerMessageLayout.REFUSED, Kind.PATH.ordinal(), 0, "no such file");
    assertThatThrownBy(() -> handOver(LINE, refusal))
        .isInstanceOf(EmpException.class)
        .hasMessage("no such file")
        .extracting(e -> ((EmpException) e).kind())
        .isEqualTo(Kind.PATH);
  }

  /** All of it is kept until the answer. */
  @Test
  void doesNotListenForEverToAPagerThatOnlyLogs() {
    assertThatThrownBy(() -> pager.handOver(Stream.generate(() -> LINE).iterator()))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("says a lot and does not answer");
    assertThat(pager.taken).isLessThan(2_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void refusesABudgetThatCannotBe(long budget) {
    assertThatThrownBy(() -> handOver(ready(budget)))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("a budget of " + budget + " bytes");
  }
}
