package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shards that share a budget, without anything of a shard but its pages. */
class PurseTest {
  private static final int PAGE = 4096;
  private static final int BLOCK = 4 * PAGE;
  private static final int BLOCKS = 4096;
  private static final int BUDGET = 4000;
  private static final long TICK = Purse.WINDOW_NANOS / 4;
  private static final Geometry GEOMETRY = new Geometry((long) BLOCKS * BLOCK, BLOCK, PAGE);

  private final BitSet woken = new BitSet();
  private long now = 1;

  private List<Part> parts(int shards) {
    Stripes stripes = new Stripes(GEOMETRY.capacityBytes(), 64L * BLOCK, shards);
    BudgetPool pool = new BudgetPool(GEOMETRY, stripes, (long) BUDGET * PAGE, woken::set);
    List<Part> parts = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      parts.add(new Part(pool, shard));
    }
    return parts;
  }

  /** A shard's pages: numbers of subblocks, the one that came first leaves first. */
  private static final class Part {
    final Purse purse;
    final Budget budget;
    final Residency residency = new Residency(GEOMETRY, bytes -> Arena.ofAuto().allocate(bytes, 8));
    int arrived;
    int left;

    Part(BudgetPool pool, int shard) {
      purse = pool.purse(shard);
      budget = purse.open(residency, PAGE, BLOCK / PAGE);
    }

    /** Brings in so many new pages, of which so many are missed again soon after they left. */
    void demand(int pages, int missed) {
      for (int i = 0; i < pages && budget.promise(1); i++) {
        flip(arrived++, true);
        budget.settle(1);
      }
      for (int i = 0; i < missed; i++) {
        purse.missed(10);
      }
    }

    private void flip(int page, boolean in) {
      int at = page % (BLOCKS * 4);
      if (in) {
        residency.add(at / 4, at % 4);
      } else {
        residency.remove(at / 4, at % 4);
      }
    }

    void evict(int most) {
      for (int i = 0; i < most && left < arrived && budget.mustEvict(0); i++) {
        flip(left++, false);
      }
    }
  }

  private void turns(List<Part> parts, int turns, Runnable each) {
    for (int i = 0; i < turns; i++) {
      each.run();
      now += TICK;
      for (Part part : parts) {
        part.evict(200);
        part.purse.look(part.budget, now);
        part.evict(200);
      }
      assertWithinBudget(parts);
    }
  }

  private static void assertWithinBudget(List<Part> parts) {
    long bound = parts.stream().mapToLong(part -> part.budget.bound()).sum();
    long held = parts.stream().mapToLong(part -> part.purse.held()).sum();
    assertThat(bound).isLessThanOrEqualTo(held);
    assertThat(parts).allSatisfy(p -> assertThat(p.budget.total()).isGreaterThanOrEqualTo(64));
  }

  private static long total(Part part) {
    return part.budget.total();
  }

  @Test
  void takesOverMoreThanTheBudgetAndGivesBackWhatIsNotThere() {
    Stripes stripes = new Stripes(GEOMETRY.capacityBytes(), 64L * BLOCK, 2);
    BudgetPool pool = new BudgetPool(GEOMETRY, stripes, (long) BUDGET * PAGE, woken::set);
    long least = pool.least();
    Purse large = pool.purse(0, (BUDGET - least + 10) * PAGE);
    Purse small = pool.purse(1, PAGE);
    assertThat(small.held()).isEqualTo(least);
    assertThat(pool.free()).isEqualTo(-10);

    Residency residency = new Residency(GEOMETRY, bytes -> Arena.ofAuto().allocate(bytes, 8));
    Budget budget = large.open(residency, PAGE, BLOCK / PAGE);
    budget.inherit(budget.total());
    assertThat(budget.promise(1)).isFalse();
    budget.found((int) budget.total() - 25);
    long unfound = budget.inherited();
    budget.inherit(0);
    large.correct(budget, unfound);
    assertThat(pool.free()).isZero();
    assertThat(large.held()).isEqualTo(BUDGET - least);
    assertThat(budget.total()).isEqualTo(large.held());
  }

  @Test
  void whoNeedsItFirstGetsMoreThanItsPartAtOnce() {
    List<Part> parts = parts(2);
    assertThat(total(parts.get(0)) + total(parts.get(1))).isLessThan(BUDGET * 6 / 10);

    turns(parts, 20, () -> parts.get(0).demand(200, 0));

    assertThat(total(parts.get(0))).isGreaterThan(BUDGET * 6 / 10);
  }

  @Test
  void aHotSetInOneShardGetsNearlyAllOfItFromThoseThatRest() {
    List<Part> parts = parts(4);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 10)));
    assertThat(parts).allSatisfy(p -> assertThat(total(p)).isGreaterThan(BUDGET / 8));

    turns(parts, 400, () -> parts.get(2).demand(100, 100));

    assertThat(total(parts.get(2))).isGreaterThanOrEqualTo(BUDGET * 9 / 10);
    assertThat(parts.get(2).budget.used()).isGreaterThanOrEqualTo(BUDGET * 9 / 10 * 8 / 10);
  }

  /**
   * A shard that rested took back what it had just given, because blocks had to leave for it, as
   * long as the other's wish was not twice as strong as that.
   */
  @Test
  void aShardAtRestDoesNotTakeBackWhatItGives() {
    List<Part> parts = parts(2);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 0)));

    turns(parts, 1000, () -> parts.get(0).demand(10, 0));

    assertThat(total(parts.get(0))).isGreaterThanOrEqualTo(BUDGET * 9 / 10);
  }

  @Test
  void whoHasToPinGetsWhatThatTakesFromThoseWhoNeedItMost() {
    List<Part> parts = parts(2);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 50)));
    int pinned = BUDGET * 3 / 4;
    Part pinning = parts.get(0);
    boolean[] can = {pinning.purse.canPin(pinning.budget, pinned)};
    assertThat(can[0]).isFalse();

    turns(
        parts,
        400,
        () -> {
          parts.get(1).demand(100, 100);
          can[0] |= pinning.purse.canPin(pinning.budget, pinned);
        });
    assertThat(can[0]).isTrue();
    pinning.budget.pin(pinned);
    turns(parts, 400, () -> parts.get(1).demand(100, 100));

    assertThat(total(pinning)).isGreaterThanOrEqualTo(pinned + 64);
  }

  @Test
  void shardsThatNeedItAlikeKeepWhatTheyHave() {
    List<Part> parts = parts(2);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 50)));
    long first = total(parts.get(0));

    turns(parts, 200, () -> parts.forEach(part -> part.demand(100, 50)));

    assertThat(first).isBetween(BUDGET * 4 / 10L, BUDGET * 6 / 10L);
    assertThat(total(parts.get(0))).isEqualTo(first);
  }

  @Test
  void whoOnlyReadsThroughMuchGivesWayToWhoComesBack() {
    List<Part> parts = parts(2);
    turns(parts, 100, () -> parts.get(0).demand(200, 0));
    assertThat(total(parts.get(0))).isGreaterThan(BUDGET * 6 / 10);

    turns(
        parts,
        400,
        () -> {
          parts.get(0).demand(200, 0);
          parts.get(1).demand(20, 20);
        });

    assertThat(total(parts.get(1))).isGreaterThan(BUDGET * 9 / 10);
  }

  @Test
  void wakesShardsThatSleepOnlyWhenTheyCouldGive() {
    List<Part> parts = parts(2);
    turns(parts, 8, () -> {});
    assertThat(woken.isEmpty()).isTrue();
    parts.get(1).demand(100, 0);
    for (int i = 0; i < 100; i++) {
      parts.get(0).demand(200, 10);
      now += TICK;
      parts.get(0).evict(400);
      parts.get(0).purse.look(parts.get(0).budget, now);
    }
    assertThat(woken.get(1)).isTrue();
    assertThat(woken.get(0)).isFalse();
  }

  @Test
  void aSmallerBudgetIsReachedWhenAllShardsAreWithinIt() {
    List<Part> parts = parts(3);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 10)));
    Part first = parts.getFirst();
    first.purse.resize(first.budget, 1000L * PAGE, now);
    assertThat(woken.stream().boxed()).containsExactly(1, 2);
    assertThat(first.purse.reach(first.budget)).isFalse();

    for (int i = 0; !first.purse.reach(first.budget); i++) {
      assertThat(i).isLessThan(1000);
      turns(parts, 1, () -> parts.forEach(part -> part.demand(20, 10)));
    }

    assertThat(parts.stream().mapToLong(part -> part.budget.used()).sum())
        .isLessThanOrEqualTo(1000);
    turns(parts, 100, () -> parts.forEach(part -> part.demand(100, 10)));
    assertThat(parts.stream().mapToLong(part -> part.budget.used()).sum())
        .isLessThanOrEqualTo(1000);
  }

  @Test
  void neverHoldMoreThanTheBudgetHoweverItMoves() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      List<Part> parts = parts(1 + random.nextInt(5));
      int[] weights = IntStream.range(0, parts.size()).map(_ -> random.nextInt(60)).toArray();
      for (int turn = 0; turn < 300; turn++) {
        if (random.nextInt(50) == 0) {
          weights[random.nextInt(weights.length)] = random.nextInt(60);
        }
        for (int i = 0; i < weights.length; i++) {
          parts.get(i).demand(random.nextInt(1 + 2 * weights[i]), random.nextInt(1 + weights[i]));
        }
        now += random.nextLong(2 * TICK);
        for (Part part : parts) {
          part.evict(random.nextInt(200));
          part.purse.look(part.budget, now);
        }
        long used = parts.stream().mapToLong(part -> part.budget.used()).sum();
        assertThat(used).as("seed %d round %d", seed, round).isLessThanOrEqualTo(BUDGET);
        assertWithinBudget(parts);
      }
    }
  }

  @Test
  void refuseABudgetThatIsTooSmallForAllOfThem() {
    Stripes stripes = new Stripes(GEOMETRY.capacityBytes(), 64L * BLOCK, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BudgetPool(GEOMETRY, stripes, 63L * BLOCK, _ -> {}))
        .withMessageContaining("4 shards");
  }
}
