package io.elasticmemory.tiering.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UsefulnessTest {
  private static final int WATCHED = 200;
  private static final int ABSENT = 3000;
  private static final int ARRIVALS = 20_000;

  private final Usefulness usefulness = new Usefulness();
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** Watched blocks are touched so many times as often as absent ones. */
  private int grantedWhileTouched(double timesAsOften) {
    int granted = 0;
    for (int i = 0; i < ARRIVALS; i++) {
      usefulness.arrived(WATCHED, ABSENT);
      if (random.nextDouble() < timesAsOften * WATCHED / ABSENT) {
        usefulness.touched();
      }
      granted += usefulness.mayWatch() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void goesOnWhileWatchedBlocksAreTouchedMoreOftenThanAbsentOnes() {
    assertThat(grantedWhileTouched(3)).as("seed %d", seed).isEqualTo(ARRIVALS);
  }

  @Test
  void watchesAFewWhereOneBlockIsAsGoodAsAnother() {
    assertThat(grantedWhileTouched(1)).as("seed %d", seed).isBetween(ARRIVALS / 100, ARRIVALS / 2);
  }

  @Test
  void beginsAgainSoonAfterTouchesBecomeFrequent() {
    grantedWhileTouched(1);
    assertThat(grantedWhileTouched(3)).as("seed %d", seed).isGreaterThan(ARRIVALS * 9 / 10);
  }

  @Test
  void doesNotPayWhereNothingIsTouched() {
    assertThat(grantedWhileTouched(0)).as("seed %d", seed).isLessThan(ARRIVALS / 5);
  }

  @Test
  void goesOnWhereNothingIsAbsent() {
    for (int i = 0; i < ARRIVALS; i++) {
      usefulness.arrived(0, 0);
      assertThat(usefulness.mayWatch()).isTrue();
    }
  }

  @Test
  void isBetterThanAQueueThatIsTouchedLessOften() {
    Usefulness other = new Usefulness();
    for (int i = 0; i < ARRIVALS; i++) {
      usefulness.arrived(WATCHED, ABSENT);
      other.arrived(2 * WATCHED, ABSENT);
      if (i % 10 == 0) {
        usefulness.touched();
        other.touched();
      }
    }
    assertThat(usefulness.isBetterThan(other, ABSENT)).isTrue();
    assertThat(other.isBetterThan(usefulness, ABSENT)).isFalse();
  }

  @Test
  void isNotTakenForBetterBeforeTheOtherIsKnown() {
    Usefulness other = new Usefulness();
    for (int i = 0; i < 1000; i++) {
      usefulness.arrived(WATCHED, ABSENT);
      usefulness.touched();
      other.arrived(1, ABSENT);
    }
    assertThat(usefulness.isBetterThan(other, ABSENT)).isFalse();
  }
}
