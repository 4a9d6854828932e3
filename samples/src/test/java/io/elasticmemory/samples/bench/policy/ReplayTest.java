package io.elasticmemory.samples.bench.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayTest {
  private static final int BLOCKS = 4096;
  private static final int ROOM = 1024;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int ACCESSES = 60_000;

  private static Trace trace(int... accesses) {
    return new Trace(Workload.LOOP, 16, accesses, 0);
  }

  private static Trace record(Workload workload) {
    return Trace.record(workload, BLOCKS, ROOM, ACCESSES, 7);
  }

  private static long misses(Candidate candidate, Trace trace, boolean sampling) {
    return replay(candidate, trace, sampling).misses();
  }

  private static ReplayedPager.Counted replay(Candidate candidate, Trace trace, boolean sampling) {
    try (Arena arena = Arena.ofConfined()) {
      return new ReplayedPager(
              candidate.open(BLOCKS, BLOCK_BYTES, arena),
              candidate.curve(BLOCKS, BLOCK_BYTES, arena),
              BLOCKS,
              ROOM,
              BLOCK_BYTES,
              sampling)
          .replay(trace);
    }
  }

  @Test
  void countsTheMissesOfLruAndMinByHand() {
    // Room for 3. LRU misses 1 2 3 4 1 2 5 3 4: nine; MIN keeps 1 and 2, misses 1 2 3 4 5 3 4.
    Trace textbook = trace(1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5);
    assertThat(ExactLru.misses(textbook, 3)).isEqualTo(10);
    assertThat(BeladyMin.misses(textbook, 3)).isEqualTo(7);
    assertThat(ExactLru.misses(textbook, 5)).isEqualTo(5);
    assertThat(BeladyMin.misses(textbook, 5)).isEqualTo(5);
  }

  @Test
  void countsOnlyTheMeasuredPart() {
    Trace trace = new Trace(Workload.LOOP, 16, new int[] {1, 2, 3, 1, 2, 3, 4}, 3);
    assertThat(ExactLru.misses(trace, 3)).isEqualTo(1);
    assertThat(BeladyMin.misses(trace, 3)).isEqualTo(1);
  }

  @Test
  void agreesWithSlowLruAndMin() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int[] accesses = random.ints(2000, 0, 16).map(i -> i * i / 16).toArray();
    for (int room = 1; room <= 16; room++) {
      assertThat(ExactLru.misses(trace(accesses), room))
          .as("LRU, seed %d, room %d", seed, room)
          .isEqualTo(slow(accesses, room, false));
      assertThat(BeladyMin.misses(trace(accesses), room))
          .as("MIN, seed %d, room %d", seed, room)
          .isEqualTo(slow(accesses, room, true));
    }
  }

  private static long slow(int[] accesses, int room, boolean knowsTheFuture) {
    List<Integer> present = new ArrayList<>();
    long misses = 0;
    for (int i = 0; i < accesses.length; i++) {
      if (!present.remove((Integer) accesses[i])) {
        misses++;
        if (present.size() == room) {
          present.remove(knowsTheFuture ? farthest(accesses, i, present) : present.getFirst());
        }
      }
      present.add(accesses[i]);
    }
    return misses;
  }

  private static Integer farthest(int[] accesses, int now, List<Integer> present) {
    Integer best = present.getFirst();
    int bestUse = -1;
    for (Integer block : present) {
      int use = now + 1;
      while (use < accesses.length && accesses[use] != block) {
        use++;
      }
      if (use > bestUse) {
        bestUse = use;
        best = block;
      }
    }
    return best;
  }

  @ParameterizedTest
  @EnumSource(Candidate.class)
  void noCandidateMissesLessOftenThanMin(Candidate candidate) {
    for (Workload workload : Workload.values()) {
      Trace trace = record(workload);
      long least = BeladyMin.misses(trace, ROOM);
      assertThat(misses(candidate, trace, true)).as(workload.label()).isGreaterThan(least);
    }
  }

  @Test
  void thePagersPolicyKeepsItsPromises() {
    Trace zipf = record(Workload.ZIPF);
    Trace scan = record(Workload.SCAN_OVER_HOT_SET);
    assertThat(misses(Candidate.INTERVAL, zipf, true)).isLessThan(ExactLru.misses(zipf, ROOM));
    assertThat(misses(Candidate.INTERVAL, scan, true))
        .isLessThan(ExactLru.misses(scan, ROOM) * 7 / 10);
    assertThat(misses(Candidate.INTERVAL, zipf, true))
        .as("with and without sampling")
        .isLessThan(misses(Candidate.INTERVAL, zipf, false));
  }

  @Test
  void hardlyWatchesAProgramThatReadsAnywhere() {
    ReplayedPager.Counted counted = replay(Candidate.INTERVAL, record(Workload.RANDOM), true);
    assertThat(counted.watches()).as("not none: it may change").isPositive();
    assertThat(counted.watches()).isLessThan(counted.misses() / 2);
  }

  @Test
  void seesThatAHotSetShifts() {
    Trace trace = record(Workload.SHIFTING_HOT_SET);
    assertThat(misses(Candidate.INTERVAL, trace, true))
        .isLessThan(ExactLru.misses(trace, ROOM) * 3 / 2);
  }

  @Test
  void recordsTheSameTraceForTheSameSeed() {
    for (Workload workload : Workload.values()) {
      assertThat(record(workload).accesses()).isEqualTo(record(workload).accesses());
      assertThat(record(workload).accesses()).hasSize(BLOCKS + 2 * ACCESSES);
      assertThat(record(workload).measured()).isEqualTo(ACCESSES);
    }
  }
}
