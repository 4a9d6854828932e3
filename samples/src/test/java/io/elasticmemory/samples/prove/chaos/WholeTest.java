package io.elasticmemory.samples.prove.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When one of two exporters may be lost. */
class WholeTest {
  private static final long CALM = TimeUnit.MILLISECONDS.toNanos(5_500);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Whole whole = new Whole(0);

  private static SpaceView.Look look(long rebuilt, boolean isDoubted) {
    return new SpaceView.Look(1, rebuilt, isDoubted);
  }

  @Test
  void isSoWhenNothingHasHappenedForAWhile() {
    assertThat(whole.isSo(CALM - 1)).isFalse();
    assertThat(whole.isSo(CALM)).isTrue();
  }

  @Test
  void isNotSoWhileOneIsNotBelieved() {
    whole.saw(look(0, true), 10 * SECOND);
    assertThat(whole.isSo(10 * SECOND)).isFalse();
    whole.saw(look(0, false), 11 * SECOND);
    assertThat(whole.isSo(11 * SECOND)).isFalse();
    whole.saw(look(0, false), 16 * SECOND);
    assertThat(whole.isSo(16 * SECOND)).isTrue();
  }

  @Test
  void isNotSoBeforeWhatAKilledOneHeldWasCopied() {
    whole.saw(look(5, false), SECOND);
    whole.lose();
    // No pager has noticed yet.
    whole.saw(look(5, false), 100 * SECOND);
    assertThat(whole.isSo(100 * SECOND)).isFalse();
    whole.saw(look(6, true), 101 * SECOND);
    whole.saw(look(9, false), 102 * SECOND);
    assertThat(whole.isSo(102 * SECOND)).isFalse();
    assertThat(whole.isSo(107 * SECOND)).isTrue();
  }
}
