package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.port.MemoryPressure.Level;
import io.elasticmemory.space.DramFollower.Decision;
import org.junit.jupiter.api.Test;

class DramFollowerTest {
  private static final long MIB = 1L << 20;
  private static final long SECOND = 1_000_000_000L;
  private static final long MACHINE_MIB = 16_384;

  private final DramFollower follower = new DramFollower(512 * MIB, 8192 * MIB);
  private long second;

  private static Level level(long mib, long roomMib) {
    return new Level(mib * MIB, roomMib * MIB, roomMib * MIB, 0, 0);
  }

  private static MemoryPressure available(long mib) {
    return new MemoryPressure(level(MACHINE_MIB, mib), Level.NONE);
  }

  private static MemoryPressure inGroup(long limitMib, long usedMib) {
    return new MemoryPressure(level(MACHINE_MIB, MACHINE_MIB), level(limitMib, limitMib - usedMib));
  }

  /** Cached files take all but so much, and so long was waited so far. */
  private static Level cached(long mib, long freeMib, long roomMib, double stalledSeconds) {
    return new Level(mib * MIB, freeMib * MIB, roomMib * MIB, (long) (stalledSeconds * SECOND), 0);
  }

  /** A second later. */
  private long next(MemoryPressure now, long budgetMib, long residentMib) {
    return decide(now, budgetMib, residentMib).budgetBytes() / MIB;
  }

  private Decision decide(MemoryPressure now, long budgetMib, long residentMib) {
    second++;
    return follower.next(now, budgetMib * MIB, residentMib * MIB, second * SECOND);
  }

  @Test
  void leavesThingsAsTheyAreWhileNothingIsShortOrPlenty() {
    assertThat(decide(available(1500), 4096, 4096))
        .isEqualTo(new Decision(4096 * MIB, BudgetReason.NONE));
    assertThat(next(available(1500), 4096, 4096)).isEqualTo(4096);
  }

  @Test
  void givesBackWhenLittleIsLeft() {
    assertThat(decide(available(800), 4096, 4096))
        .isEqualTo(new Decision((4096 - 512) * MIB, BudgetReason.MACHINE));
    assertThat(next(available(10), 4096, 4096)).isBetween(4096L - 819 + 9, 4096L - 819 + 10);
  }

  @Test
  void givesBackWhenThreadsWaitForMemoryThatFilesTake() {
    MemoryPressure calm = new MemoryPressure(cached(16_384, 100, 9000, 7), Level.NONE);
    MemoryPressure stalled = new MemoryPressure(cached(16_384, 100, 9000, 7.12), Level.NONE);
    assertThat(next(calm, 4096, 1000)).as("the first look knows no time").isEqualTo(4096);
    assertThat(decide(stalled, 4096, 4096))
        .isEqualTo(new Decision((4096 - 512) * MIB, BudgetReason.STALLS));
    assertThat(next(stalled, 4096, 1000)).as("no longer than a second ago").isEqualTo(4096);
  }

  @Test
  void seesWhoWaitsInItsGroup() {
    Level machine = level(MACHINE_MIB, 9000);
    assertThat(next(new MemoryPressure(machine, cached(4096, 0, 2000, 0)), 1024, 1024))
        .isEqualTo(1024 + 128);
    assertThat(next(new MemoryPressure(machine, cached(4096, 0, 2000, 0.2)), 1024, 1024))
        .isEqualTo(1024 - 128);
  }

  @Test
  void doesNotMindThoseWhoWaitAtLimitsOfTheirOwn() {
    long before = next(new MemoryPressure(cached(16_384, 9000, 9000, 0), Level.NONE), 4096, 4096);
    assertThat(next(new MemoryPressure(cached(16_384, 9000, 9000, 0.9), Level.NONE), 4096, 4096))
        .isEqualTo(before)
        .isEqualTo(4096 + 512);
  }

  @Test
  void takesNothingWhileThereIsAnyWaiting() {
    MemoryPressure calm = new MemoryPressure(cached(16_384, 100, 9000, 7), Level.NONE);
    MemoryPressure waiting = new MemoryPressure(cached(16_384, 100, 9000, 7.05), Level.NONE);
    assertThat(next(calm, 4096, 4096)).isEqualTo(4096 + 512);
    assertThat(next(waiting, 4096, 4096)).isEqualTo(4096);
  }

  @Test
  void givesBackWhenItsGroupComesUpAgainstItsLimit() {
    Level machine = level(MACHINE_MIB, 9000);
    Level near = new Level(4096 * MIB, 0, 400 * MIB, 0, 17);
    Level hit = new Level(4096 * MIB, 0, 400 * MIB, 0, 18);
    Level hitByFiles = new Level(4096 * MIB, 0, 2000 * MIB, 0, 19);
    assertThat(next(new MemoryPressure(machine, near), 1024, 1024)).isEqualTo(1024);
    assertThat(decide(new MemoryPressure(machine, hit), 1024, 1024))
        .isEqualTo(new Decision((1024 - 128) * MIB, BudgetReason.GROUP));
    assertThat(next(new MemoryPressure(machine, hitByFiles), 1024, 500)).isEqualTo(1024);
  }

  @Test
  void givesBackOfWhatIsUsed() {
    assertThat(next(available(800), 4096, 1100)).isEqualTo(1100 - 512);
  }

  @Test
  void neverGoesBelowTheLeast() {
    assertThat(next(available(10), 600, 600)).isEqualTo(512);
    assertThat(decide(available(10), 512, 512))
        .isEqualTo(new Decision(512 * MIB, BudgetReason.NONE));
  }

  @Test
  void knowsTheLimitOfTheGroup() {
    assertThat(next(inGroup(2048, 1500), 1024, 1024)).isEqualTo(1024 + 128);
    assertThat(next(inGroup(2048, 1900), 1024, 1024)).isEqualTo(1024);
    assertThat(next(inGroup(2048, 1990), 1024, 1024)).isEqualTo(1024 - 128);
    assertThat(next(inGroup(1024, 1990), 1024, 1024))
        .as("lowered below what is used")
        .isEqualTo(512);
  }

  @Test
  void keepsMoreOfLittleMemory() {
    assertThat(next(inGroup(640, 640 - 65), 1024, 1024)).isEqualTo(1024);
    assertThat(next(inGroup(640, 640 - 63), 1024, 1024)).isEqualTo(1024 - 128);
    assertThat(next(inGroup(300, 300 - 31), 1024, 1024)).isEqualTo(1024);
    assertThat(next(inGroup(300, 300 - 29), 1024, 1024)).isEqualTo(1024 - 128);
  }

  @Test
  void takesWhileThereIsPlentyAndItIsFull() {
    assertThat(decide(available(8000), 4096, 4000))
        .isEqualTo(new Decision((4096 + 512) * MIB, BudgetReason.ROOM));
    assertThat(next(available(8000), 4096, 2000)).isEqualTo(4096);
    assertThat(next(available(2050), 4096, 4096)).isEqualTo(4096 + 1);
    assertThat(next(available(8000), 8000, 8000)).isEqualTo(8192);
    assertThat(decide(available(8000), 8192, 8192))
        .isEqualTo(new Decision(8192 * MIB, BudgetReason.NONE));
  }

  @Test
  void leavesWhatSomebodyElseHasAskedFor() {
    assertThat(next(available(8000), 9000, 9000)).isEqualTo(9000);
    assertThat(next(available(8000), 256, 256)).isEqualTo(256 + 32);
  }

  @Test
  void restsAfterItHasGivenBack() {
    assertThat(next(available(800), 4096, 4096)).isLessThan(4096);
    second = 29;
    assertThat(next(available(8000), 3584, 3584)).isEqualTo(3584);
    assertThat(next(available(8000), 3584, 3584)).isEqualTo(3584 + 448);
  }

  @Test
  void refusesLimitsThatLeaveNoChoice() {
    assertThatThrownBy(() -> new DramFollower(2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 bytes at least and 1 at most");
  }
}
