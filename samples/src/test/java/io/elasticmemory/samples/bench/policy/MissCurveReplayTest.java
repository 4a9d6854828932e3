package io.elasticmemory.samples.bench.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.tiering.policy.MissCurve;
import io.elasticmemory.tiering.policy.MissCurve.Amount;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Estimates of one replayed pager beside what other replayed pagers count that really have the
 * other amounts of DRAM. All seeds are fixed: the estimate is a sample, and a bad one is possible.
 */
class MissCurveReplayTest {
  private static final int BLOCKS = 16_384;
  private static final int ROOM = BLOCKS / 4;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int ACCESSES = 15 * BLOCKS;

  /** What docs/CLI.md says of the estimates. */
  private static final double ERROR_MAX = 0.15;

  private static final double ERROR_WHERE_IT_SHIFTS_MAX = 0.3;

  @ParameterizedTest
  @CsvSource({"ZIPF, 1", "ZIPF, 2", "SCAN_OVER_HOT_SET, 1", "SCAN_OVER_HOT_SET, 3"})
  void estimatesTheMissesOfAWorkloadWithOtherAmountsOfDram(Workload workload, long seed) {
    Trace trace = Trace.record(workload, BLOCKS, ROOM, ACCESSES, seed);
    assertEstimatesAreGood(
        new Trace(workload, BLOCKS, trace.accesses(), 0), ERROR_MAX, Amount.values());
  }

  /** The fewer blocks a policy sees, the later it notices that the program does something else. */
  @ParameterizedTest
  @CsvSource({"1", "2"})
  void estimatesTheMissesOfAHotSetThatShiftsLessWell(long seed) {
    Trace trace = Trace.record(Workload.SHIFTING_HOT_SET, BLOCKS, ROOM, ACCESSES, seed);
    assertEstimatesAreGood(
        new Trace(Workload.SHIFTING_HOT_SET, BLOCKS, trace.accesses(), 0),
        ERROR_WHERE_IT_SHIFTS_MAX,
        Amount.values());
  }

  @ParameterizedTest
  @CsvSource({"4", "5"})
  void estimatesTheMissesOfUniformAccesses(long seed) {
    assertEstimatesAreGood(uniform(seed), ERROR_MAX, Amount.values());
  }

  private static Trace uniform(long seed) {
    int[] accesses = new Random(seed).ints((long) BLOCKS + 2 * ACCESSES, 0, BLOCKS).toArray();
    for (int i = 0; i < BLOCKS; i++) {
      accesses[i] = i;
    }
    return new Trace(Workload.LOOP, BLOCKS, accesses, 0);
  }

  /** With twice the DRAM all of it just fits, and a little less DRAM makes every access a miss. */
  @Test
  void estimatesTheMissesOfALoopThatDoesNotJustFit() {
    Trace trace = Trace.record(Workload.LOOP, BLOCKS, ROOM, ACCESSES, 1);
    assertEstimatesAreGood(
        new Trace(Workload.LOOP, BLOCKS, trace.accesses(), 0),
        ERROR_MAX,
        Amount.HALF,
        Amount.HALF_MORE);
  }

  private static void assertEstimatesAreGood(Trace trace, double errorMax, Amount... amounts) {
    Estimate estimate = estimate(trace, ROOM);
    for (Amount amount : amounts) {
      assertThat(estimate.error(amount))
          .as("misses with %s the DRAM: relative error", amount.times())
          .isBetween(-errorMax, errorMax);
    }
  }

  /** A pager that has more or less than the estimates are compared for, as a wrong rate would. */
  @ParameterizedTest
  @EnumSource(
      value = Workload.class,
      names = {"ZIPF", "SCAN_OVER_HOT_SET", "LOOP"})
  void wouldNoticeAWrongRate(Workload workload) {
    Trace recorded = Trace.record(workload, BLOCKS, ROOM, ACCESSES, 1);
    Trace trace = new Trace(workload, BLOCKS, recorded.accesses(), 0);
    assertThat(Math.abs(estimate(trace, ROOM * 3 / 4).error(Amount.DOUBLE)))
        .isGreaterThan(ERROR_MAX);
    assertThat(Math.abs(estimate(trace, ROOM * 3 / 2).error(Amount.DOUBLE)))
        .isGreaterThan(ERROR_MAX);
  }

  @Test
  void disturbsThePolicyByLessThanAPercent() {
    Trace trace = Trace.record(Workload.ZIPF, BLOCKS, ROOM, ACCESSES, 1);
    try (Arena arena = Arena.ofConfined()) {
      long without = pager(ROOM, null, arena).replay(trace).misses();
      long with = pager(ROOM, curve(arena), arena).replay(trace).misses();
      assertThat((double) with / without).isBetween(0.99, 1.01);
    }
  }

  private record Estimate(Trace trace, MissCurve curve, long counted) {
    double error(Amount amount) {
      double times = (double) counted / curve.misses(Amount.SAME);
      return curve.misses(amount) * times / returned(trace, amount) - 1;
    }
  }

  /** What a pager with so much room estimates. */
  private static Estimate estimate(Trace trace, int room) {
    try (Arena arena = Arena.ofConfined()) {
      MissCurve curve = curve(Arena.ofAuto());
      return new Estimate(trace, curve, pager(room, curve, arena).replay(trace).misses() - BLOCKS);
    }
  }

  private static MissCurve curve(Arena arena) {
    return Objects.requireNonNull(Candidate.INTERVAL.curve(BLOCKS, BLOCK_BYTES, arena));
  }

  private static ReplayedPager pager(int room, @Nullable MissCurve curve, Arena arena) {
    ReplacementPolicy policy = Candidate.INTERVAL.open(BLOCKS, BLOCK_BYTES, arena);
    return new ReplayedPager(policy, curve, BLOCKS, room, BLOCK_BYTES, true);
  }

  /** What a pager counts that really has so much. Each block comes once for the first time. */
  private static long returned(Trace trace, Amount amount) {
    try (Arena arena = Arena.ofConfined()) {
      return pager((int) (ROOM * amount.times()), null, arena).replay(trace).misses() - BLOCKS;
    }
  }
}
