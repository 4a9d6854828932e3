package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final int PAGE = 4096;
  private static final int BLOCKS = 1000;

  private final Residency residency =
      new Residency(
          new Geometry((long) BLOCKS * PAGE, PAGE, PAGE),
          bytes -> Arena.ofAuto().allocate(bytes, 8));

  private final Budget budget = new Budget(residency, PAGE, 1, 400L * PAGE);
  private int arrived;
  private int left;

  @Test
  void letsDemandFillTheBudgetAndNoMore() {
    assertThat(demand(400)).isEqualTo(400);
    assertThat(demand(1)).isZero();
    leave(3);
    assertThat(demand(10)).isEqualTo(3);
  }

  @Test
  void keepsRoomFreeOfWhatIsBroughtInAhead() {
    demand(390);
    assertThat(budget.promiseAhead(1)).isFalse();
    assertThat(budget.promise(1)).isTrue();
  }

  @Test
  void countsWhatIsToBeFoundAndNothingTwice() {
    budget.inherit(300);
    assertThat(demand(110)).isEqualTo(100);
    budget.found(250);
    leave(50);
    assertThat(budget.used()).isEqualTo(100);
    budget.found(80);
    assertThat(budget.inherited()).isZero();
  }

  @Test
  void servesDemandThoughMoreWasFoundThanTheBudget() {
    budget.inherit(500);
    assertThat(budget.mustEvict(0)).isTrue();
    budget.found(20);
    assertThat(demand(20)).isEqualTo(10);
  }

  /**
   * Demand waited until everything above a smaller budget had left. From a slow disk that took
   * longer than a fault may wait, and the application was ended.
   */
  @Test
  void servesDemandWhileTheBudgetShrinks() {
    demand(400);
    budget.resize(100L * PAGE);
    leave(20);
    assertThat(demand(20)).isEqualTo(10);
    leave(2);
    assertThat(demand(20)).isEqualTo(1);
  }

  @Test
  void reachesASmallerBudgetHoweverMuchIsDemanded() {
    demand(400);
    budget.resize(100L * PAGE);
    for (int turn = 0; !budget.reach(); turn++) {
      assertThat(turn).isLessThan(1000);
      assertThat(budget.mustEvict(0)).isTrue();
      leave(4);
      demand(1000);
    }
    assertThat(residency.presentSubblocks()).isLessThanOrEqualTo(100);
    demand(1000);
    assertThat(residency.presentSubblocks()).isEqualTo(100);
  }

  @Test
  void bindsDemandFromTheMomentItIsReached() {
    demand(400);
    budget.resize(100L * PAGE);
    assertThat(budget.reach()).isFalse();
    leave(300);
    assertThat(budget.reach()).isTrue();
    assertThat(demand(50)).isZero();
  }

  @Test
  void givesRoomAtOnceWhenItGrows() {
    demand(400);
    budget.resize(500L * PAGE);
    assertThat(budget.reach()).isTrue();
    assertThat(demand(1000)).isEqualTo(100);
  }

  /** Brings in as many as may come, up to so many, and returns how many came. */
  private int demand(int wanted) {
    int came = 0;
    while (came < wanted && budget.promise(1)) {
      residency.add(arrived++ % BLOCKS, 0);
      budget.settle(1);
      came++;
    }
    return came;
  }

  private void leave(int count) {
    for (int i = 0; i < count; i++) {
      residency.remove(left++ % BLOCKS, 0);
    }
  }
}
