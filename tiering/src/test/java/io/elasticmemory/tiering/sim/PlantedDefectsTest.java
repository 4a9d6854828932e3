package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The test of the test: a shard with a planted defect must be found out, by the numbered invariants
 * and, when those are switched off, by the bytes alone.
 */
class PlantedDefectsTest {
  /** A defect that shows later than this would be a defect of the simulation. */
  private static final int SEEDS_MAX = 300;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isFoundWithAllChecks(Defect defect) {
    find(defect, true);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isFoundByTheBytesAlone(Defect defect) {
    find(defect, false);
  }

  private static void find(Defect defect, boolean asserting) {
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      try {
        Simulation.run(seed, defect, asserting);
      } catch (SimFailure found) {
        String firstLine = found.toString().lines().findFirst().orElseThrow();
        System.out.println(defect + ": " + firstLine);
        assertThat(found).hasMessageContaining("-Dsim.seed=" + seed);
        assertThat(found).hasMessageContaining("the last events");
        return;
      }
    }
    fail(defect + " is not found within " + SEEDS_MAX + " seeds");
  }
}
