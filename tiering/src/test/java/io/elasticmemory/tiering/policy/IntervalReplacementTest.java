package io.elasticmemory.tiering.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalReplacementTest {
  private static final int BLOCKS = 4096;
  private static final int ROOM = 100;

  private final ReplacementPolicy policy =
      new IntervalReplacement(
          new BlockRecords(Arena.ofAuto().allocate(BlockRecords.bytes(BLOCKS), 8)), 4, 0);
  private final BitSet present = new BitSet(BLOCKS);
  private final BitSet watched = new BitSet(BLOCKS);

  /** An access as a pager with room for {@link #ROOM} blocks sees it; true if it missed. */
  private boolean access(int block) {
    if (present.get(block)) {
      if (watched.get(block)) {
        watched.clear(block);
        policy.touched(block);
      }
      return false;
    }
    if (present.cardinality() == ROOM) {
      leave(policy.victim());
    }
    present.set(block);
    policy.arrived(block);
    for (int i = 0; i < 3; i++) {
      watch(policy.toWatch());
    }
    return true;
  }

  private void leave(int block) {
    assertThat(present.get(block)).as("block %d is present", block).isTrue();
    present.clear(block);
    watched.clear(block);
    policy.left(block);
  }

  private void watch(int block) {
    if (block != ReplacementPolicy.NOBODY) {
      watched.set(block);
      policy.watched(block);
    }
  }

  private int misses(int from, int to) {
    int misses = 0;
    for (int block = from; block < to; block++) {
      misses += access(block) ? 1 : 0;
    }
    return misses;
  }

  @Test
  void keepsAHotSetWhileAScanPasses() {
    for (int round = 0; round < 50; round++) {
      misses(0, 60);
      misses(1000 + 20 * round, 1020 + 20 * round);
    }
    misses(3000, 3500);
    assertThat(misses(0, 60)).as("misses in the hot set after a scan").isLessThan(6);
  }

  @Test
  void keepsAPartOfALoopThatDoesNotFit() {
    for (int round = 0; round < 20; round++) {
      misses(0, 2 * ROOM);
    }
    assertThat(misses(0, 2 * ROOM))
        .as("misses in a round through twice the room, where LRU has 200")
        .isBetween(ROOM, 13 * ROOM / 10);
  }

  @Test
  void givesAHotSetUpWhenAnotherTakesItsPlace() {
    for (int round = 0; round < 50; round++) {
      misses(0, 60);
      misses(1000 + 20 * round, 1020 + 20 * round);
    }
    for (int round = 0; round < 50; round++) {
      misses(500, 560);
      misses(2000 + 20 * round, 2020 + 20 * round);
    }
    assertThat(misses(500, 560)).as("misses in the new hot set").isLessThan(6);
  }

  @Test
  void knowsNothingOfABlockThatWasForgotten() {
    for (int round = 0; round < 50; round++) {
      misses(0, 60);
      misses(1000 + 20 * round, 1020 + 20 * round);
    }
    leave(0);
    policy.forgotten(0);
    access(0);
    watched.clear();
    misses(3000, 3100);
    assertThat(present.get(0))
        .as("a forgotten block is on trial, and leaves with a scan")
        .isFalse();
    assertThat(present.get(1)).as("its neighbour is kept").isTrue();
  }

  @Test
  void namesBlocksThatCoolOnceEnoughOfThemWait() {
    misses(0, 20);
    for (int i = 0; i < 4; i++) {
      assertThat(policy.victim()).isEqualTo(i);
      policy.cooling(i);
    }
    assertThat(policy.victim()).as("four wait, which is the limit").isZero();
    policy.touched(0);
    assertThat(policy.victim()).as("the first one was written and is kept").isEqualTo(4);
    assertThat(policy.size()).isEqualTo(20);
  }

  @Test
  void letsTheFirstThatCooledLeaveWhereFewAreKnown() {
    misses(0, 4);
    policy.cooling(0);
    assertThat(policy.victim()).as("others may cool as well").isEqualTo(1);
    policy.cooling(1);
    assertThat(policy.victim()).as("half of them wait").isZero();
  }

  @Test
  void namesEveryBlockAgainThatWasSpared() {
    misses(0, 20);
    for (int i = 0; i < 20; i++) {
      assertThat(policy.victim()).isEqualTo(i);
      policy.spared(i);
    }
    assertThat(policy.victim()).isZero();
  }

  @Test
  void agreesWithASetWhateverHappens() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      int block = random.nextInt(BLOCKS / (1 + i % 16));
      switch (random.nextInt(12)) {
        case 0 -> {
          if (present.get(block)) {
            policy.spared(block);
          }
        }
        case 1 -> {
          if (present.get(block)) {
            policy.cooling(block);
          }
        }
        case 2 -> {
          if (present.get(block)) {
            leave(block);
          }
          policy.forgotten(block);
        }
        case 3 -> {
          if (present.get(block)) {
            policy.touched(block);
          }
        }
        default -> access(block);
      }
      assertThat(policy.size()).as("seed %d, step %d", seed, i).isEqualTo(present.cardinality());
      int victim = policy.victim();
      assertThat(victim == ReplacementPolicy.NOBODY ? present.isEmpty() : present.get(victim))
          .as("seed %d, step %d: victim %d", seed, i, victim)
          .isTrue();
    }
  }
}
