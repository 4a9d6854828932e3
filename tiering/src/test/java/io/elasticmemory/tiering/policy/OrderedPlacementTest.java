package io.elasticmemory.tiering.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrderedPlacementTest {
  private final int[] free = {100, 100, 100};
  private final long[] readNanos = new long[3];
  private final boolean[] avoided = new boolean[3];
  private final PlacementPolicy policy = new OrderedPlacement(new int[] {2, 2, 3});

  private final PlacementPolicy.Donors donors =
      new PlacementPolicy.Donors() {
        @Override
        public int count() {
          return free.length;
        }

        @Override
        public int freeSlots(int donor) {
          return free[donor];
        }

        @Override
        public long readNanos(int donor) {
          return readNanos[donor];
        }

        @Override
        public boolean isAvoided(int donor) {
          return avoided[donor];
        }
      };

  private int[] place(int blocks) {
    int[] placed = new int[free.length];
    for (int i = 0; i < blocks; i++) {
      int donor = policy.place(donors);
      free[donor]--;
      placed[donor]++;
    }
    return placed;
  }

  @Test
  void equalDonorsTakeTurns() {
    assertThat(place(100)).containsExactly(50, 50, 0);
  }

  @Test
  void aSlowDonorFillsUpWhenTheOthersAreNearlyFull() {
    readNanos[0] = 100_000;
    readNanos[1] = 25_000;
    assertThat(place(75)).containsExactly(0, 75, 0);
    assertThat(place(50)).containsExactly(40, 10, 0);
    assertThat(place(75)).containsExactly(60, 15, 0);
    assertThat(policy.place(donors)).isEqualTo(2);
  }

  @Test
  void whatHasNotBeenReadYetIsTakenToBeAsFast() {
    readNanos[1] = 25_000;
    assertThat(place(100)).containsExactly(50, 50, 0);
  }

  @Test
  void aFasterTierComesFirstHoweverSlowItsDonorsAre() {
    readNanos[0] = 1_000_000;
    readNanos[1] = 1_000_000;
    readNanos[2] = 1;
    assertThat(policy.place(donors)).isLessThan(2);
  }

  @Test
  void nobodyIsChosenWhoFailsOrIsFull() {
    avoided[0] = true;
    free[1] = 0;
    assertThat(policy.place(donors)).isEqualTo(2);
    free[2] = 0;
    assertThat(policy.place(donors)).isEqualTo(PlacementPolicy.NOWHERE);
  }
}
