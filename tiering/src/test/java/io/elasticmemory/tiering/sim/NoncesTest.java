package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Pagers of encrypted spaces are killed at any of their steps, and all nonces that they and their
 * successors use are collected: the world fails at the first that comes twice.
 */
class NoncesTest {
  private static final int CRASHES = 1_000;

  @Test
  void noPairOfKeyAndNonceIsUsedTwiceOverAThousandCrashes() {
    long spaces = 0;
    long crashes = 0;
    long nonces = 0;
    for (long seed = 1; crashes < CRASHES; seed++) {
      Scenario scenario = Scenario.of(new Seeded(seed));
      if (scenario.encrypted() && scenario.crashesMax() > 0) {
        Tally tally = Simulation.run(seed).tally();
        spaces++;
        crashes += tally.count(Happening.PAGER_KILLED);
        nonces += tally.count(Happening.SUBBLOCK_SEALED);
      }
    }
    System.out.printf(
        "%,d crashes of %d spaces, %,d nonces, none twice%n", crashes, spaces, nonces);
    assertThat(nonces).isGreaterThan(CRASHES);
  }
}
