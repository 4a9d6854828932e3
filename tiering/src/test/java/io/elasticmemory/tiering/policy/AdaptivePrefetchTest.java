package io.elasticmemory.tiering.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Advice;
import io.elasticmemory.tiering.policy.PrefetchPolicy.Plan;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A program touches subblocks; what was brought before does not fault. */
class AdaptivePrefetchTest {
  private static final int SUBBLOCKS = 1 << 18;
  private static final Geometry GEOMETRY = new Geometry((long) SUBBLOCKS << 12, 65536, 4096);

  private final PrefetchPolicy policy =
      new AdaptivePrefetch(GEOMETRY, 256L << 20, Arena.ofAuto()::allocate);
  private final Plan plan = new Plan();
  private final BitSet present = new BitSet(SUBBLOCKS);
  private final SplittableRandom random = new SplittableRandom(7);
  private int faults;
  private int brought;

  private void touch(long subblock) {
    if (present.get((int) subblock)) {
      return;
    }
    faults++;
    policy.demanded(subblock, false, plan);
    assertThat(subblock).isBetween(plan.unitFrom, plan.unitTo - 1);
    for (long s = plan.unitFrom; s < plan.unitTo; s++) {
      bring(s);
    }
    long at = plan.from;
    for (int i = 0; i < plan.count; i++, at += plan.stride) {
      bring(at);
    }
    if (plan.count > 0) {
      policy.followed(plan.stream, at);
    }
  }

  private void bring(long subblock) {
    if (subblock >= 0 && subblock < SUBBLOCKS && !present.get((int) subblock)) {
      present.set((int) subblock);
      brought++;
    }
  }

  private void forgetAll() {
    present.clear();
    faults = 0;
    brought = 0;
  }

  @Test
  void readsARunAheadInGrowingWindows() {
    for (int s = 1000; s < 101_000; s++) {
      touch(s);
    }

    assertThat(faults).isLessThan(100_000 / 200);
    assertThat(brought).isBetween(100_000, 101_000);
  }

  @Test
  void readsARunAheadWhereEarlierOnesHaveStopped() {
    for (int begin = 0; begin < 100_000; begin += 10_000) {
      for (int s = begin; s < begin + 5_000; s++) {
        touch(s);
      }
    }
    forgetAll();
    for (int s = 0; s < 101_000; s++) {
      touch(s);
    }

    assertThat(faults).isLessThan(101_000 / 200);
  }

  @Test
  void readsARunBackward() {
    for (int s = 101_000; s > 1000; s--) {
      touch(s);
    }

    assertThat(faults).isLessThan(100_000 / 200);
  }

  @Test
  void bringsOnlyTheStepsOfAStride() {
    for (int s = 5; s < SUBBLOCKS; s += 37) {
      touch(s);
    }

    int touched = SUBBLOCKS / 37;
    assertThat(faults).isLessThan(touched / 8);
    assertThat(brought).isBetween(touched - 1, touched + 64);
  }

  @Test
  void followsInterleavedStreamsAmongRandomTouches() {
    long[] at = {0, 40_000, 90_000, 200_000};
    int[] step = {1, -1, 3, 1};
    for (int i = 0; i < 10_000; i++) {
      for (int stream = 0; stream < 4; stream++) {
        touch(at[stream]);
        at[stream] += step[stream];
      }
      if (i % 8 == 0) {
        touch(140_000 + random.nextInt(50_000));
      }
    }

    assertThat(faults - 10_000 / 8).isLessThan(40_000 / 15);
  }

  @Test
  void bringsSingleSubblocksForRandomTouches() {
    for (int i = 0; i < 20_000; i++) {
      touch(random.nextInt(SUBBLOCKS));
    }

    assertThat(brought).isLessThan(faults + faults / 20);
  }

  @Test
  void takesNothingForUsedInPartsBeforeItHasSeenThat() {
    for (int s = 1000; s < 101_000; s++) {
      touch(s);
    }
    assertThat(policy.isUsedInParts(50_000)).isFalse();
    for (int i = 0; i < 10_000; i++) {
      touch(random.nextInt(SUBBLOCKS));
    }
    assertThat(policy.isUsedInParts(200_000)).isTrue();
  }

  @Test
  void learnsTheSizeOfObjectsReadInAnyOrder() {
    int subblocks = 16;
    readObjects(2_000, subblocks);
    forgetAll();

    readObjects(2_000, subblocks);

    assertThat((double) faults / 2_000).isLessThan(2.5);
    assertThat(brought).isLessThan(2 * 2_000 * subblocks);
  }

  @Test
  void unlearnsASizeThatIsNotUsedAnyMore() {
    readObjects(2_000, 16);
    for (int i = 0; i < 20_000; i++) {
      touch(random.nextInt(SUBBLOCKS));
      present.clear();
    }
    forgetAll();

    for (int i = 0; i < 5_000; i++) {
      touch(random.nextInt(SUBBLOCKS));
    }

    assertThat(brought).isLessThan(2 * faults);
  }

  @Test
  void keepsDifferentUnitsForDifferentRegions() {
    for (int i = 0; i < 60_000; i++) {
      if (i % 4 == 0) {
        readObject(random.nextInt(64) * 16, 16);
      } else {
        touch(SUBBLOCKS / 2 + random.nextInt(SUBBLOCKS / 2));
      }
      present.clear();
    }
    forgetAll();

    touch(16 * 7 + 5);
    int ofObjects = brought;
    forgetAll();
    touch(SUBBLOCKS / 2 + 77_777);

    assertThat(ofObjects).isGreaterThanOrEqualTo(4);
    assertThat(brought).isLessThanOrEqualTo(2);
  }

  @Test
  void readsAheadAtOnceWhereAProgramWillReadOn() {
    policy.advise(1000, 60_000, Advice.SEQUENTIAL);
    touch(1024);
    assertThat(brought).isGreaterThan(256);
    forgetAll();
    touch(200_000);
    assertThat(brought).as("elsewhere").isEqualTo(1);
  }

  @Test
  void bringsNothingMoreWhereAProgramReadsHereAndThere() {
    policy.advise(0, SUBBLOCKS - 1, Advice.RANDOM);
    for (int s = 0; s < 1000; s++) {
      touch(s);
    }
    assertThat(brought).isEqualTo(1000);
    policy.advise(0, SUBBLOCKS - 1, Advice.NORMAL);
    for (int s = 1000; s < 2000; s++) {
      touch(s);
    }
    assertThat(faults).isLessThan(1100);
  }

  @Test
  void neverPlansAStepOfZero() {
    for (int i = 0; i < 100_000; i++) {
      touch(random.nextInt(64));
      present.clear();
      assertThat(plan.count == 0 || plan.stride != 0).isTrue();
    }
  }

  private void readObjects(int count, int subblocks) {
    for (int i = 0; i < count; i++) {
      readObject(random.nextInt(SUBBLOCKS / subblocks) * subblocks, subblocks);
      present.clear();
    }
  }

  private void readObject(int first, int subblocks) {
    int[] order = new int[subblocks];
    for (int i = 0; i < subblocks; i++) {
      int at = random.nextInt(i + 1);
      order[i] = order[at];
      order[at] = i;
    }
    for (int s : order) {
      touch(first + s);
    }
  }
}
