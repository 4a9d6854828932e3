package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Runs the shard in the simulated world over four thousand seeds, or {@code -Dsim.seeds} of them
 * from {@code -Dsim.from}, and asks that every arrow, fault and race was met.
 */
class SimulationIT {
  private static final int SEEDS = 4_000;

  @Test
  void keepsEveryByteAndEveryInvariantWhateverGoesWrong() throws Exception {
    Tally tally = Seeds.run(SEEDS);
    if (Long.getLong("sim.seeds", SEEDS) >= SEEDS) {
      assertThat(tally.never()).as("what no seed has met").isEmpty();
    }
  }
}
