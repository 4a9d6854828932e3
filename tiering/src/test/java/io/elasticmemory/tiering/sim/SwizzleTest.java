package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwizzleTest {
  private static final int SEEDS = 400;
  private static final long STEP_NANOS = 100_000;

  private final List<Integer> clogged = new ArrayList<>();
  private final List<Integer> freed = new ArrayList<>();

  @Test
  void clogsSomeOneByOneAndFreesThemInAnotherOrderLongBeforePatienceEnds() {
    int swizzles = 0;
    int otherOrders = 0;
    int bothSides = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Seeded random = new Seeded(seed);
      World world = new World(Scenario.of(random), random, true);
      Swizzle swizzle = new Swizzle(world);
      if (swizzle.isPossible()) {
        watch(world, swizzle.begin());
        assertThat(clogged).hasSizeGreaterThan(1);
        assertThat(freed).containsExactlyInAnyOrderElementsOf(clogged);
        swizzles++;
        otherOrders += freed.equals(clogged) ? 0 : 1;
        bothSides += world.tally.count(Happening.BOTH_SIDES_CLOGGED) > 0 ? 1 : 0;
      }
    }
    assertThat(swizzles).isGreaterThan(SEEDS / 4);
    assertThat(otherOrders).isGreaterThan(swizzles / 2);
    assertThat(bothSides).isPositive();
  }

  /** Notes who is clogged, and who is free again, in their order. */
  private void watch(World world, long end) {
    long patienceNanos = world.scenario.settings().faultTimeoutNanos();
    assertThat(end - world.clock.nanoTime()).isLessThan(patienceNanos / 2);
    clogged.clear();
    freed.clear();
    while (world.clock.nanoTime() < end + STEP_NANOS) {
      for (SimDonor donor : world.donors) {
        boolean suffers = donor.suffers(Trouble.CLOGGED);
        if (suffers && !clogged.contains(donor.index())) {
          clogged.add(donor.index());
        }
        if (!suffers && clogged.contains(donor.index()) && !freed.contains(donor.index())) {
          freed.add(donor.index());
        }
      }
      world.clock.pass(STEP_NANOS);
      world.agenda.run(world.clock.nanoTime());
    }
  }
}
