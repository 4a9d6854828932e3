package io.elasticmemory.tiering.sim;

import org.junit.jupiter.api.Test;

/**
 * Runs the shard in the simulated world over a few seeds; {@link SimulationIT} runs many.
 *
 * <p>{@code -Dsim.seed=N} repeats one seed and prints what it met. With it, {@code -Dsim.defect}
 * plants a {@link Defect}, and {@code -Dsim.bytesOnly=true} looks at nothing but the bytes.
 */
class SimulationTest {
  private static final int SEEDS = 300;

  @Test
  void keepsEveryByteAndEveryInvariantWhateverGoesWrong() throws Exception {
    Long one = Long.getLong("sim.seed");
    if (one == null) {
      Seeds.run(SEEDS);
      return;
    }
    Defect defect = Defect.valueOf(System.getProperty("sim.defect", Defect.NONE.name()));
    Simulation.Result result = Simulation.run(one, defect, !Boolean.getBoolean("sim.bytesOnly"));
    System.out.printf("seed %d is good: %d operations%n", one, result.operations());
    System.out.print(result.tally().table());
  }
}
