package io.elasticmemory.tiering.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.tiering.policy.MissCurve.Amount;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MissCurveTest {
  private static final int BLOCKS = 8192;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int ROUNDS = 10;

  private final MissCurve curve = new MissCurve(BLOCKS, BLOCK_BYTES, MissCurveTest::memory);
  private final int each = curve.blocksPerSpecimen();
  private final int[] specimens = IntStream.range(0, BLOCKS).filter(curve::isSpecimen).toArray();

  private static MemorySegment memory(long bytes) {
    return MemorySegment.ofArray(new long[(int) (bytes / 8)]);
  }

  private static MissCurve.Room room(long blocks) {
    return quarters -> blocks * quarters / 4;
  }

  private void loop(MissCurve.Room room) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int specimen : specimens) {
        curve.accessed(specimen, room);
      }
    }
  }

  @Test
  void takesOneOfEachGroupOfNeighboursNotAlwaysTheSame() {
    assertThat(specimens).hasSize(BLOCKS / each);
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < specimens.length; i++) {
      assertThat(specimens[i] / each).isEqualTo(i);
      places.add(specimens[i] % each);
    }
    assertThat(places).hasSize(each);
  }

  @Test
  void countsNoFirstTouchAndNothingThatFits() {
    loop(room(2 * BLOCKS));
    for (Amount amount : Amount.values()) {
      assertThat(curve.misses(amount)).as("with %s the DRAM", amount.times()).isZero();
    }
    assertThat(curve.toWatch()).isNotEqualTo(ReplacementPolicy.NOBODY);
  }

  @Test
  void countsForEachAmountWhatDoesNotFitInIt() {
    loop(room(BLOCKS * 3 / 4));
    long accesses = (ROUNDS - 1L) * BLOCKS;
    // Of a loop no policy keeps more than fits: three eighths, three quarters; then all of it.
    assertThat(curve.misses(Amount.HALF)).isBetween(accesses * 5 / 8, accesses);
    assertThat(curve.misses(Amount.SAME)).isBetween(accesses / 4, curve.misses(Amount.HALF) - 1);
    assertThat(curve.misses(Amount.HALF_MORE)).isZero();
    assertThat(curve.misses(Amount.DOUBLE)).isZero();
  }

  @Test
  void asksToSeeTheTouchesOfWhatAMiniatureHasEvicted() {
    for (int i = 0; i < 100; i++) {
      curve.accessed(specimens[i], room(2 * BLOCKS));
    }
    drainWishes();
    for (int i = 100; i < 110; i++) {
      curve.accessed(specimens[i], room(100L * each));
    }
    Set<Integer> asked = drainWishes();
    assertThat(asked).hasSizeGreaterThanOrEqualTo(10);
    assertThat(asked).allMatch(curve::isSpecimen);
  }

  private Set<Integer> drainWishes() {
    Set<Integer> all = new HashSet<>();
    for (int block = curve.toWatch(); block >= 0; block = curve.toWatch()) {
      all.add(block);
    }
    return all;
  }

  @Test
  void dropsWishesThatNobodyGrants() {
    loop(room(BLOCKS / 2));
    int granted = 0;
    while (curve.toWatch() != ReplacementPolicy.NOBODY) {
      granted++;
    }
    assertThat(granted).isBetween(1, 256);
  }

  @Test
  void startsAnewWithWhatWasForgotten() {
    loop(room(BLOCKS));
    long before = curve.misses(Amount.HALF);
    assertThat(before).isPositive();
    for (int specimen : specimens) {
      curve.forgotten(specimen);
      curve.forgotten(specimen);
    }
    for (int specimen : specimens) {
      curve.accessed(specimen, room(BLOCKS));
    }
    assertThat(curve.misses(Amount.HALF)).isEqualTo(before);
  }

  @Test
  void needsLittleMemoryHoweverLargeTheSpaceIs() {
    for (int blocks : new int[] {1, 100, 4096, 65_536, 1_000_003, 1 << 28}) {
      AtomicLong bytes = new AtomicLong();
      MissCurve some =
          new MissCurve(
              blocks,
              4096,
              wanted -> {
                bytes.addAndGet(wanted);
                return memory(wanted);
              });
      assertThat(bytes.get()).as("%d blocks", blocks).isLessThanOrEqualTo((512 << 10) + 64);
      assertThat(some.blocksPerSpecimen()).isGreaterThanOrEqualTo(8);
      some.accessed(0, room(1));
    }
  }
}
