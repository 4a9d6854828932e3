package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeterminismTest {
  @Test
  void repeatsEveryEventOfASeed() {
    for (long seed = 1; seed <= 20; seed++) {
      Simulation.Result first = Simulation.run(seed);
      Simulation.Result again = Simulation.run(seed);
      assertThat(again.hash()).as("trace of seed " + seed).isEqualTo(first.hash());
      assertThat(again.turns()).isEqualTo(first.turns());
    }
  }

  @Test
  void differsFromSeedToSeed() {
    assertThat(Simulation.run(1).hash()).isNotEqualTo(Simulation.run(2).hash());
  }

  @Test
  void doesWhatARunMustDo() {
    for (long seed = 1; seed <= 20; seed++) {
      Simulation.Result result = Simulation.run(seed);
      assertThat(result.operations()).isGreaterThanOrEqualTo(2_000);
      assertThat(result.tally().faults()).isPositive();
      assertThat(Scenario.of(new Seeded(seed)).geometry().blockCount()).isGreaterThanOrEqualTo(64);
    }
  }
}
