package io.elasticmemory.samples.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStreamTest {
  private static final int PAGES = 20_000;
  private static final int KEYS = 400_000;

  @ParameterizedTest
  @EnumSource(Workload.class)
  void isTheSameForTheSameSeed(Workload workload) {
    assertThat(keys(workload, 7)).isEqualTo(keys(workload, 7));
  }

  @ParameterizedTest
  @EnumSource(names = {"RANDOM", "ZIPF", "HOTSET"})
  void isAnotherForAnotherSeed(Workload workload) {
    assertThat(keys(workload, 7)).isNotEqualTo(keys(workload, 8));
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void staysInsideOfTheMemory(Workload workload) {
    assertThat(Arrays.stream(keys(workload, 3)).summaryStatistics())
        .satisfies(keys -> assertThat(keys.getMin()).isNotNegative())
        .satisfies(keys -> assertThat(keys.getMax()).isLessThan(PAGES));
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void worksOnOnePage(Workload workload) {
    KeyStream keys = workload.keys(1, 16, 1);
    assertThat(IntStream.range(0, 50).map(i -> keys.next())).containsOnly(0);
  }

  @Test
  void choosesAllPagesAlikeAtRandom() {
    assertThat(shareOf(Workload.RANDOM, PAGES / 100)).isBetween(0.01, 0.02);
  }

  /** A hundredth of the ranks has (ln 200 + 0.58) / (ln 20000 + 0.58) of the accesses. */
  @Test
  void skewsZipfAsItsLawSays() {
    assertThat(shareOf(Workload.ZIPF, PAGES / 100)).isBetween(0.54, 0.60);
    assertThat(shareOf(Workload.ZIPF, 1)).isBetween(0.085, 0.105);
  }

  @Test
  void scattersTheHotPagesOfZipf() {
    BitSet hottest = Workload.ZIPF.keys(PAGES, 16, 1).hottest(1000);
    assertThat(hottest.cardinality()).isEqualTo(1000);
    long inFirstHalf = hottest.stream().filter(page -> page < PAGES / 2).count();
    long neighbours = hottest.stream().filter(page -> hottest.get(page + 1)).count();
    assertThat(inFirstHalf).isBetween(400L, 600L);
    assertThat(neighbours).isLessThan(150);
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIPF", "HOTSET"})
  void knowsItsHottestPages(Workload workload) {
    int[] counts = counts(keys(workload, 5));
    BitSet hottest = workload.keys(PAGES, 16, 5).hottest(50);
    int coldestOfThem = hottest.stream().map(page -> counts[page]).min().orElseThrow();
    double mean = (double) KEYS / PAGES;
    assertThat(hottest.cardinality()).isEqualTo(50);
    assertThat((double) coldestOfThem).isGreaterThan(5 * mean);
  }

  @Test
  void sendsNineOfTenToTheHotSet() {
    long hot = Arrays.stream(keys(Workload.HOTSET, 1)).filter(page -> page < PAGES / 10).count();
    // And a tenth of those that go anywhere.
    assertThat((double) hot / KEYS).isBetween(0.90, 0.92);
  }

  @Test
  void scansInOrderAndBeginsAgain() {
    KeyStream keys = Workload.SCAN.keys(3, 16, 1);
    assertThat(IntStream.range(0, 7).map(i -> keys.next())).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void stridesOnePageFurtherWithEverySweep() {
    KeyStream keys = Workload.STRIDE.keys(7, 3, 1);
    assertThat(IntStream.range(0, 9).map(i -> keys.next()))
        .containsExactly(0, 3, 6, 1, 4, 2, 5, 0, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 63, 64, 65, 1000, 4097})
  void permutesEveryNumberOfPages(int count) {
    PageOrder order = new PageOrder(count);
    assertThat(IntStream.range(0, count).map(order::place).sorted().toArray())
        .isEqualTo(IntStream.range(0, count).toArray());
  }

  /** Of the accesses, the share of so many pages that have the most. */
  private static double shareOf(Workload workload, int pages) {
    int[] counts = counts(keys(workload, 11));
    Arrays.sort(counts);
    return (double) Arrays.stream(counts, PAGES - pages, PAGES).sum() / KEYS;
  }

  private static int[] counts(int... keys) {
    int[] counts = new int[PAGES];
    Arrays.stream(keys).forEach(page -> counts[page]++);
    return counts;
  }

  private static int[] keys(Workload workload, long seed) {
    KeyStream keys = workload.keys(PAGES, 16, seed);
    return IntStream.range(0, KEYS).map(i -> keys.next()).toArray();
  }
}
