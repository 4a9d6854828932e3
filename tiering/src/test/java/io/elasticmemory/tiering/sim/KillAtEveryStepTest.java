package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The beginning of a run, again and again, with the pager killed at each of its steps in turn, and
 * half of the time the one that takes over as well. {@code -Dsim.stride=1} takes every step,
 * without it some of them.
 */
class KillAtEveryStepTest {
  private static final int OPERATIONS = 300;
  private static final long STRIDE = Long.getLong("sim.stride", 241);

  /** At most so many steps of the next pager before it is killed, too: it is still adopting. */
  private static final int LATER_MAX = 120;

  /** With one shard and several, with compressed memory above two tiers, encrypted and not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5, 10, 11})
  void losesNothing(long seed) {
    long steps = Simulation.runKilled(seed, OPERATIONS, Long.MAX_VALUE, 0);
    assertThat(steps).isGreaterThan(1_000);
    int runs = 0;
    for (long step = 0; step < steps; step += STRIDE, runs++) {
      long later = runs % 2 == 0 ? 1 + runs * 7L % LATER_MAX : Long.MAX_VALUE / 2;
      Simulation.runKilled(seed, OPERATIONS, step, later);
    }
    System.out.printf("seed %d: killed at %d of %d steps%n", seed, runs, steps);
  }
}
