package io.elasticmemory.thread;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinTest {
  private static final long SPIN_NANOS = 50_000;
  private static final int MANY = 10_000;

  private final Spin spin = new Spin(SPIN_NANOS);
  private long now = 1_000_000_000;

  @Test
  void looksAgainForAsLongAsItIsToldAndThenSleeps() {
    spin.worked();
    assertThat(spin.looksAgain(now)).isTrue();
    assertThat(spin.looksAgain(now + SPIN_NANOS - 1)).isTrue();
    assertThat(spin.looksAgain(now + SPIN_NANOS)).isFalse();
    assertThat(spin.looksAgain(now + SPIN_NANOS + 1)).isFalse();
  }

  @Test
  void sleepsOnWhenItIsWokenForNothing() {
    assertThat(spin.looksAgain(now)).isFalse();
    spin.worked();
    spinInVain();
    assertThat(spin.looksAgain(now)).isFalse();
  }

  @Test
  void goesOnAsLongAsItFindsWork() {
    for (int i = 0; i < MANY; i++) {
      assertThat(spinAndFind()).isTrue();
    }
  }

  @Test
  void goesOnWhenOneSpinInThreeIsInVain() {
    int spins = 0;
    for (int i = 0; i < MANY; i++) {
      spins += spinAndFind() ? 1 : 0;
      spins += spinAndFind() ? 1 : 0;
      spins += spinInVain() ? 1 : 0;
    }
    assertThat(spins).isEqualTo(3 * MANY);
  }

  @Test
  void seldomSpinsWhereItIsInVain() {
    int spins = 0;
    for (int i = 0; i < MANY; i++) {
      spins += spinInVain() ? 1 : 0;
    }
    assertThat(spins).isBetween(MANY / 300, MANY / 200);
  }

  @Test
  void spinsAgainSoonAfterItPaysAgain() {
    for (int i = 0; i < MANY; i++) {
      spinInVain();
    }
    int spins = 0;
    for (int i = 0; i < MANY; i++) {
      spins += spinAndFind() ? 1 : 0;
    }
    assertThat(spins).isGreaterThan(MANY - 300);
  }

  @Test
  void neverSpinsWhenItShallNot() {
    Spin never = new Spin(0);
    for (int i = 0; i < MANY; i++) {
      never.worked();
      assertThat(never.looksAgain(now + i)).isFalse();
    }
  }

  /** An idle time that work ends after a microsecond; true if it was spun through. */
  private boolean spinAndFind() {
    spin.worked();
    boolean spun = spin.looksAgain(now);
    now += 1000;
    spin.worked();
    return spun;
  }

  /** An idle time that lasts; true if it was spun through. */
  private boolean spinInVain() {
    spin.worked();
    boolean spun = spin.looksAgain(now);
    now += SPIN_NANOS;
    assertThat(spin.looksAgain(now)).isFalse();
    return spun;
  }
}
