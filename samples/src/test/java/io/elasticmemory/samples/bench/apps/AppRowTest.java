package io.elasticmemory.samples.bench.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as shown. */
class AppRowTest {
  private static final AppRun WITHOUT = run("a", 100, 0, 0, "");
  private static final AppRun FAILED = run("", 0, 0, 0, "java.lang.OutOfMemoryError: no more");

  private static AppRun run(String hash, long dataMib, long spaceMib, long leftMib, String words) {
    long leftBytes = leftMib << 20;
    return new AppRun(
        hash, dataMib << 20, 2, spaceMib << 20, leftBytes, 2 * leftBytes, 70L << 20, words);
  }

  private static AppRow row(List<AppRun> without, List<AppRun> with, String hash) {
    return new AppRow(App.H2, "", without, with, hash, 25, "min=64k", false);
  }

  @ParameterizedTest
  @CsvSource({"80, 40, true", "79, 400, false", "80, 39, false", "0, 0, false", "150, 300, true"})
  void countsOnlyWhatWasInTheSpaceAndHasLeftDram(long spaceMib, long leftMib, boolean isTiered) {
    AppRow row = row(List.of(WITHOUT), List.of(run("a", 100, spaceMib, leftMib, "")), "a");
    assertThat(row.isTiered()).isEqualTo(isTiered);
    assertThat(row.isGood()).isEqualTo(isTiered);
    assertThat(row.isEqual()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "1, 0, false", "0, 1, false"})
  void countsAnythingOfAProgramThatWasThereBeforeTheAgent(
      long spaceMib, long leftMib, boolean isTiered) {
    AppRun run = run("a", 100, spaceMib, leftMib, "");
    AppRow row = new AppRow(App.NETTY, "", List.of(WITHOUT), List.of(run), "a", 25, "", true);
    assertThat(row.isGood()).isEqualTo(isTiered);
  }

  @Test
  void countsNoProgramWithoutData() {
    assertThat(row(List.of(WITHOUT), List.of(run("a", 0, 9, 9, "")), "a").isTiered()).isFalse();
  }

  @Test
  void noticesAResultThatDiffersInOneRoundOnly() {
    AppRun good = run("a", 100, 90, 90, "");
    AppRun other = run("b", 100, 90, 90, "");
    assertThat(row(List.of(WITHOUT, WITHOUT), List.of(good, good), "a").isEqual()).isTrue();
    assertThat(row(List.of(WITHOUT, WITHOUT), List.of(other, good), "a").isEqual()).isFalse();
    assertThat(row(List.of(WITHOUT, other), List.of(good, good), "a").isEqual()).isFalse();
  }

  @Test
  void noticesARunThatFailed() {
    AppRow row = row(List.of(WITHOUT), List.of(FAILED), "a");
    assertThat(row.isGood()).isFalse();
    assertThat(row.words()).contains("OutOfMemoryError");
  }

  @Test
  void isNotEqualIfNothingIsKnownWithoutTheAgent() {
    assertThat(row(List.of(FAILED), List.of(FAILED), "").isEqual()).isFalse();
  }

  @Test
  void takesWhatAFlagMakesImpossibleWithoutTheAgent() {
    AppRow row = row(List.of(FAILED), List.of(run("a", 100, 90, 90, "")), "a");
    assertThat(row.isGood()).isTrue();
    assertThat(row.runsWithout()).isFalse();
    assertThat(row.words()).isEmpty();
    assertThat(row.toJson().toString()).contains("\"secondsWithout\": null");
  }
}
