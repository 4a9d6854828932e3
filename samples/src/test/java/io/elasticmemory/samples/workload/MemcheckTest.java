package io.elasticmemory.samples.workload;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MemcheckTest {
  private static final long BYTES = 8 << 20;

  private static final long SEED = Seeds.choose("MemcheckTest");
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SEQ,1",
    "SEQ,3",
    "RAND,1",
    "RAND,4",
    "RAND_RW,1",
    "RAND_RW,4",
    "ELASTIC,1",
    "ELASTIC,2"
  })
  void findsNothingWrongWithOrdinaryMemory(Mode mode, int threads) {
    Run run = run(plan(mode, Optional.empty()), CellShape.EVERY_WORD, threads);
    assertThat(run.wrong.examples()).isEmpty();
    assertThat(run.wrong.count()).isZero();
    assertThat(run.memcheck.operations()).isGreaterThanOrEqualTo(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameHashForTheSameSeed(Mode mode) {
    long first = run(plan(mode, Optional.empty()), CellShape.EVERY_WORD, 2).hash();
    long second = run(plan(mode, Optional.empty()), CellShape.EVERY_WORD, 2).hash();
    assertThat(first).isEqualTo(second).isNotZero();
  }

  @Test
  void givesAnotherHashForAnotherSeed() {
    long first = run(Plan.of(Mode.SEQ, 0, SEED), CellShape.EVERY_WORD, 1).hash();
    long second = run(Plan.of(Mode.SEQ, 0, SEED + 1), CellShape.EVERY_WORD, 1).hash();
    assertThat(first).isNotEqualTo(second);
  }

  @ParameterizedTest
  @EnumSource
  void reportsZeroedWords(Mode mode) {
    WrongWords wrong = runWith(Defect.ZERO, mode);
    assertThat(wrong.count(WrongWords.Kind.ZEROED)).isEqualTo(8);
    assertThat(wrong.count()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void reportsStaleWords(Mode mode) {
    WrongWords wrong = runWith(Defect.STALE, mode);
    assertThat(wrong.count(WrongWords.Kind.STALE)).isEqualTo(8);
    assertThat(wrong.count()).isEqualTo(8);
    assertThat(wrong.examples()).hasSize(WrongWords.EXAMPLES_MAX);
  }

  @ParameterizedTest
  @EnumSource
  void reportsMisdirectedWords(Mode mode) {
    WrongWords wrong = runWith(Defect.MISDIRECT, mode);
    assertThat(wrong.count(WrongWords.Kind.MISDIRECTED)).isEqualTo(8);
    assertThat(wrong.count()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void reportsLostWrites(Mode mode) {
    WrongWords wrong = runWith(Defect.LOST, mode);
    assertThat(wrong.count(WrongWords.Kind.STALE)).isEqualTo(8);
    assertThat(wrong.count()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void reportsEachDefectWithOneWordPerPage(Defect defect) {
    Run run = run(plan(Mode.SEQ, Optional.of(defect)), CellShape.WORD_PER_PAGE, 2);
    assertThat(run.wrong.count()).isEqualTo(1);
  }

  @Test
  void noticesASingleFlippedBit() {
    MemorySegment memory = arena.allocate(BYTES, 64);
    CheckedMemory checked = new CheckedMemory(memory, CellShape.EVERY_WORD, SEED, arena);
    WrongWords wrong = new WrongWords(checked.code());
    Crew crew = new Crew(1, wrong, Progress.NONE);
    crew.run("write", 1, (thread, tally) -> checked.write(5, tally));
    memory.set(JAVA_LONG, 5 * 64 + 16, memory.get(JAVA_LONG, 5 * 64 + 16) ^ 1L << 33);
    crew.run("check", 1, (thread, tally) -> checked.check(5, tally));
    assertThat(wrong.count()).isEqualTo(1);
    assertThat(wrong.examples().getFirst()).startsWith("word 42 should have version 1 but ");
  }

  @Test
  void countsVersionsBeyondTheirLimit() {
    CheckedMemory checked =
        new CheckedMemory(arena.allocate(4096, 64), CellShape.EVERY_WORD, SEED, arena);
    WrongWords wrong = new WrongWords(checked.code());
    Crew crew = new Crew(1, wrong, Progress.NONE);
    crew.run(
        "write and check",
        1,
        (thread, tally) -> {
          for (int i = 0; i < WordCode.VERSION_MAX + 3; i++) {
            checked.write(1, tally);
            checked.check(1, tally);
          }
        });
    assertThat(wrong.count()).isZero();
    assertThat(checked.version(1)).isEqualTo(3);
  }

  @Test
  void goesOnUntilTheTimeIsOver() {
    // A machine that stands still for the whole time gets no further than its first round.
    for (long millis = 300, phases = 0; phases <= 2; millis *= 4) {
      assertThat(millis).as("there is one round only, however long").isLessThan(100_000);
      Duration time = Duration.ofMillis(millis);
      Plan plan = new Plan(Mode.SEQ, 0, Skew.NONE, SEED, time, Optional.empty());
      Run run = run(plan, CellShape.WORD_PER_PAGE, 1);
      phases = run.crew.phases().size();
      double seconds = run.crew.phases().stream().mapToDouble(Phase::seconds).sum();
      assertThat(seconds).isGreaterThan(0.1);
    }
  }

  @Test
  void sendsMostAccessesToTheSkewedPart() {
    var random = new java.util.SplittableRandom(SEED);
    Skew skew = Skew.parse("10,90");
    int near = 0;
    for (int i = 0; i < 10_000; i++) {
      near += skew.choose(random, 1000) < 100 ? 1 : 0;
    }
    // 90 % directed plus a tenth of the rest.
    assertThat(near).isBetween(8900, 9300);
  }

  @Test
  void refusesASkewThatIsNone() {
    for (String text : new String[] {"", "10", "0,90", "10,101", "a,b", "1,2,3"}) {
      assertThatThrownBy(() -> Skew.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("give two percentages");
    }
  }

  @Test
  void refusesMoreThreadsThanCells() {
    CheckedMemory checked =
        new CheckedMemory(arena.allocate(128, 64), CellShape.EVERY_WORD, SEED, arena);
    Crew crew = new Crew(3, new WrongWords(checked.code()), Progress.NONE);
    assertThatThrownBy(() -> new Memcheck(checked, Plan.of(Mode.SEQ, 0, SEED), crew))
        .hasMessage("2 cells are too few for 3 threads");
  }

  @Test
  void saysWhenAWorkerFailed() {
    Crew crew = new Crew(2, new WrongWords(new WordCode(SEED)), Progress.NONE);
    assertThatThrownBy(
            () ->
                crew.run(
                    "fail",
                    1,
                    (thread, tally) -> {
                      throw new IllegalStateException("by design");
                    }))
        .hasMessageContaining("by design");
  }

  private record Run(Memcheck memcheck, Crew crew, WrongWords wrong) {
    long hash() {
      return crew.hash();
    }
  }

  private WrongWords runWith(Defect defect, Mode mode) {
    return run(plan(mode, Optional.of(defect)), CellShape.EVERY_WORD, 2).wrong;
  }

  private Plan plan(Mode mode, Optional<Defect> defect) {
    return new Plan(mode, 10_000, Skew.NONE, SEED, Duration.ZERO, defect);
  }

  private Run run(Plan plan, CellShape shape, int threads) {
    CheckedMemory memory = new CheckedMemory(arena.allocate(BYTES, 64), shape, plan.seed(), arena);
    WrongWords wrong = new WrongWords(memory.code());
    Crew crew = new Crew(threads, wrong, Progress.NONE);
    Memcheck memcheck = new Memcheck(memory, plan, crew);
    memcheck.run();
    return new Run(memcheck, crew, wrong);
  }
}
