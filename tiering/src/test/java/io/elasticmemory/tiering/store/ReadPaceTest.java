package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadPaceTest {
  private static final long MILLI = 1_000_000;

  private final ReadPace pace = new ReadPace();

  private void observe(int reads, long nanos) {
    for (int i = 0; i < reads; i++) {
      pace.observed(true, nanos);
    }
  }

  @Test
  void theOtherSideIsNeverAskedWithinTheFirstMillisecond() {
    observe(1_000_000, 1_000);
    assertThat(pace.hedgeNanos(true)).isEqualTo(MILLI);
  }

  @Test
  void aSlowPairIsWaitedForLongerButNotForEver() {
    observe(1_000, 5 * MILLI);
    assertThat(pace.hedgeNanos(true)).isBetween(14 * MILLI, 17 * MILLI);
    observe(100_000, 1_000 * MILLI);
    assertThat(pace.hedgeNanos(true)).isEqualTo(50 * MILLI);
  }

  @Test
  void oneSlowReadInTwoHundredDoesNotCount() {
    for (int i = 0; i < 1_000; i++) {
      observe(199, 600_000);
      observe(1, 40 * MILLI);
    }
    assertThat(pace.hedgeNanos(true)).isLessThan(3 * MILLI);
  }

  @Test
  void whatNobodyWaitsForHasAPaceOfItsOwn() {
    long before = pace.hedgeNanos(false);
    observe(100_000, 40 * MILLI);
    assertThat(pace.hedgeNanos(false)).isEqualTo(before);
  }
}
