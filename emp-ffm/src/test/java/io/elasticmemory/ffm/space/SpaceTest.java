package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A space with a spill file, from its opening to its end, with a real pager. */
class SpaceTest {
  private static final long MIB = 1L << 20;
  private static final long BUDGET = 8 * MIB;

  /** What may be present beyond the budget for a moment. */
  private static final long RESERVE = 4 * MIB;

  @TempDir Path directory;

  private Emp open() {
    return open("");
  }

  private Emp open(String options) {
    return Emp.open("dram:8" + options + "|" + directory.resolve("spill") + ":192:0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?block=4k", "", "?block=64k&subblock=64k", "?block=256k&subblock=16k"})
  void keepsEveryWordOfMoreThanItsBudget(String options) {
    try (Emp emp = open(options);
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(24 * MIB, 8);
      for (long at = 0; at < segment.byteSize(); at += 512) {
        segment.set(JAVA_LONG, at, word(at));
        if (at % MIB == 0) {
          assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(BUDGET + RESERVE);
        }
      }
      for (long at = 0; at < segment.byteSize(); at += 512) {
        assertThat(segment.get(JAVA_LONG, at)).isEqualTo(word(at));
      }
      assertThat(emp.statistics().get(Counter.bytesToSsd)).isGreaterThan(12 * MIB);
      assertThat(emp.statistics().get(Counter.faultsSsd)).isPositive();
    }
  }

  @Test
  void scansMoreThanItsBudgetInWindowsThatArePresent() {
    try (Emp emp = open();
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(24 * MIB, 8);
      for (long at = 0; at < segment.byteSize(); at += 4096) {
        segment.set(JAVA_LONG, at, word(at));
      }
      long at = 0;
      for (MemorySegment window : emp.scan(segment)) {
        assertThat(emp.isLoaded(window)).isTrue();
        for (long inside = 0; inside < window.byteSize(); inside += 4096, at += 4096) {
          assertThat(window.get(JAVA_LONG, inside)).isEqualTo(word(at));
        }
      }
      assertThat(at).isEqualTo(24 * MIB);
    }
  }

  @Test
  void refusesAScanThatCannotWork() {
    try (Emp emp = open();
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(MIB, 8);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> emp.scan(segment, 3 * MIB))
          .withMessageContaining("3145728")
          .withMessageContaining("dram:");
      assertThatIllegalArgumentException().isThrownBy(() -> emp.scan(segment, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> emp.scan(MemorySegment.ofArray(new byte[8])));
    }
  }

  private static long word(long at) {
    return at * 0x9e3779b97f4a7c15L + 1;
  }

  @Test
  void saysHowItIsMade() {
    try (Emp emp = open("?block=128k&subblock=16k")) {
      assertThat(emp.capacityBytes()).isEqualTo(128 * MIB);
      assertThat(emp.dramBytes()).isEqualTo(BUDGET);
      assertThat(emp.blockBytes()).isEqualTo(128 << 10);
      assertThat(emp.subblockBytes()).isEqualTo(16 << 10);
      assertThat(emp.path().options().blockBytes()).isEqualTo(128 << 10);
      assertThat(ProcessHandle.of(emp.pagerPid())).isPresent();
    }
  }

  @Test
  void leavesNoNameOfItsSpillFile() throws Exception {
    try (Emp emp = open();
        var names = Files.list(directory)) {
      assertThat(emp.capacityBytes()).isPositive();
      assertThat(names).isEmpty();
    }
  }

  @Test
  void twoSpacesInOneProgramKeepApart() {
    try (Emp one = open();
        Emp two = open("?block=4k");
        Arena inOne = one.ofConfined();
        Arena inTwo = two.ofConfined()) {
      assertThat(one.pagerPid()).isNotEqualTo(two.pagerPid());
      MemorySegment first = inOne.allocate(12 * MIB, 8);
      MemorySegment second = inTwo.allocate(12 * MIB, 8);
      for (long at = 0; at < first.byteSize(); at += 4096) {
        first.set(JAVA_LONG, at, at + 1);
        second.set(JAVA_LONG, at, -at - 1);
      }
      for (long at = 0; at < first.byteSize(); at += 4096) {
        assertThat(first.get(JAVA_LONG, at)).isEqualTo(at + 1);
        assertThat(second.get(JAVA_LONG, at)).isEqualTo(-at - 1);
      }
      assertThatIllegalArgumentException().isThrownBy(() -> one.load(second));
    }
  }

  @Test
  void unloadsAndLoads() {
    try (Emp emp = open();
        Arena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(4 * MIB, 8);
      segment.fill((byte) 3);
      assertThat(emp.isLoaded(segment)).isTrue();

      emp.unload(segment);
      assertThat(emp.isLoaded(segment, 0, 4096)).isFalse();
      assertThat(emp.statistics().residentBytes()).isZero();

      emp.load(segment, MIB, MIB);
      assertThat(emp.isLoaded(segment, MIB, MIB)).isTrue();
      assertThat(emp.isLoaded(segment)).isFalse();

      emp.prefetch(segment);
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> emp.isLoaded(segment));
      assertThat(segment.toArray(JAVA_BYTE)).containsOnly(3);
    }
  }

  @Test
  void prefetchesThePlacesThatAreNamedAndNothingElse() {
    try (Emp emp = open("?block=64k&subblock=4k");
        Arena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(4 * MIB, 64 << 10);
      segment.fill((byte) 3);
      emp.unload(segment);
      long[] offsets = new long[64];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = i * (64L << 10) + i % 16 * 4096L + i;
      }

      emp.prefetch(segment, offsets);
      emp.prefetch(segment, new long[0]);

      for (long offset : offsets) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> emp.isLoaded(segment, offset, 1));
      }
      // It is counted a moment after it was loaded.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> emp.statistics().residentBytes() == offsets.length * 4096L);
      assertThat(emp.statistics().get(Counter.faultsSsd)).isZero();
      assertThat(segment.get(JAVA_BYTE, offsets[17])).isEqualTo((byte) 3);
      assertThatThrownBy(() -> emp.prefetch(segment, 0L, 1L, 4 * MIB))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void discardMakesZerosAndKeepsTheNeighbours() {
    try (Emp emp = open("?block=16k");
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(4 * MIB, 8);
      segment.fill((byte) 3);
      emp.unload(segment, 0, 2 * MIB);

      emp.discard(segment, 100, 3 * MIB);
      emp.discard(segment, 3 * MIB + 200, 20_000);
      emp.discard(segment, 3 * MIB + 100_000, 0);

      byte[] bytes = segment.toArray(JAVA_BYTE);
      for (int at = 0; at < bytes.length; at++) {
        boolean zero =
            at >= 100 && at < 3 * MIB + 100 || at >= 3 * MIB + 200 && at < 3 * MIB + 20_200;
        assertThat(bytes[at]).as("byte %d", at).isEqualTo((byte) (zero ? 0 : 3));
      }
    }
  }

  @Test
  void refusesSegmentsThatAreNotItsOwn() {
    try (Emp emp = open();
        Arena own = emp.ofConfined();
        Arena other = Arena.ofConfined()) {
      MemorySegment foreign = other.allocate(64);
      MemorySegment segment = own.allocate(64);

      assertThatIllegalArgumentException().isThrownBy(() -> emp.load(foreign));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> emp.unload(MemorySegment.ofArray(new long[8])));
      assertThatIllegalArgumentException().isThrownBy(() -> emp.isLoaded(MemorySegment.NULL));
      assertThatIllegalArgumentException().isThrownBy(() -> emp.discard(segment.asReadOnly()));
      assertThatThrownBy(() -> emp.prefetch(segment, 60, 5))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> emp.load(segment, -1, 5))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void resizesWhileInUse() throws Exception {
    try (Emp emp = open();
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(16 * MIB, 8);
      CompletableFuture<Void> larger = emp.resizeDram(24 * MIB);
      larger.get(30, TimeUnit.SECONDS);
      segment.fill((byte) 1);
      assertThat(emp.statistics().residentBytes()).isGreaterThan(12 * MIB);

      emp.resizeDram(4 * MIB).get(30, TimeUnit.SECONDS);
      assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(4 * MIB);
      assertThat(emp.dramBytes()).isEqualTo(4 * MIB);
      assertThat(emp.statistics().budgetBytes()).isEqualTo(4 * MIB);
      assertThat(segment.toArray(JAVA_BYTE)).containsOnly(1);
    }
  }

  @Test
  void anOvertakenResizeEndsWithTheOneThatHolds() throws Exception {
    try (Emp emp = open();
        Arena arena = emp.ofConfined()) {
      arena.allocate(8 * MIB, 8).fill((byte) 1);
      CompletableFuture<?>[] resizes = new CompletableFuture<?>[20];
      for (int i = 0; i < resizes.length; i++) {
        resizes[i] = emp.resizeDram((i % 2 == 0 ? 2 : 6) * MIB);
      }

      CompletableFuture.allOf(resizes).get(30, TimeUnit.SECONDS);
      assertThat(emp.dramBytes()).isEqualTo(6 * MIB);
      assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(6 * MIB);
    }
  }

  @Test
  void refusesABudgetThatIsTooSmallAndSaysHowMuchIsNeeded() {
    try (Emp emp = open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> emp.resizeDram(1))
          .withMessageMatching("a DRAM budget of 1 bytes is less than the \\d+ .*");
    }
    assertThatThrownBy(() -> open("?block=2m").close())
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageMatching("a DRAM budget of 8192 KiB is less than the \\d+ KiB .*");
  }

  @Test
  void worksWithDramAlone() {
    try (Emp emp = Emp.open("dram:16");
        Arena arena = emp.ofShared()) {
      assertThat(emp.capacityBytes()).isEqualTo(16 * MIB);
      MemorySegment segment = arena.allocate(4 * MIB, 8);
      segment.fill((byte) 9);
      emp.unload(segment);
      assertThat(segment.toArray(JAVA_BYTE)).containsOnly(9);
    }
  }

  @Test
  void cannotBeClosedWhileArenasAreOpen() {
    Emp emp = open();
    EmpArena arena = emp.ofShared();
    EmpArena second = emp.ofConfined();

    assertThatIllegalStateException()
        .isThrownBy(emp::close)
        .withMessageContaining("2 confined or shared arenas of this space are still open");
    arena.allocate(64).set(JAVA_BYTE, 0, (byte) 1);
    arena.close();
    second.close();
    emp.close();
    emp.close();
  }

  @Test
  void refusesEverythingOnceItIsClosed() {
    Emp emp = open();
    EmpArena global = emp.global();
    MemorySegment segment = global.allocate(64);
    emp.close();

    assertThat(global.scope().isAlive()).isFalse();
    assertThatThrownBy(emp::ofShared).satisfies(SpaceTest::isClosed);
    assertThatThrownBy(emp::ofAuto).satisfies(SpaceTest::isClosed);
    assertThatThrownBy(emp::statistics).satisfies(SpaceTest::isClosed);
    assertThatThrownBy(() -> emp.resizeDram(BUDGET)).satisfies(SpaceTest::isClosed);
    assertThatThrownBy(() -> emp.load(segment)).satisfies(SpaceTest::isClosed);
    assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_BYTE, 0));
    assertThatIllegalStateException().isThrownBy(() -> global.allocate(1));
  }

  private static void isClosed(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  @Test
  void livesOnUntilItsAutomaticArenasAreGone() {
    Emp emp = open();
    ProcessHandle pager = ProcessHandle.of(emp.pagerPid()).orElseThrow();
    useAutomaticArenaAndClose(emp);

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              return !pager.isAlive();
            });
  }

  private static void useAutomaticArenaAndClose(Emp emp) {
    EmpArena arena = emp.ofAuto();
    MemorySegment segment = arena.allocate(2 * MIB, 8);
    segment.fill((byte) 1);
    emp.close();

    assertThat(segment.toArray(JAVA_BYTE)).containsOnly(1);
    segment.fill((byte) 2);
    assertThat(segment.toArray(JAVA_BYTE)).containsOnly(2);
    assertThatThrownBy(() -> arena.allocate(8)).satisfies(SpaceTest::isClosed);
    assertThat(ProcessHandle.of(emp.pagerPid())).isPresent();
  }
}
