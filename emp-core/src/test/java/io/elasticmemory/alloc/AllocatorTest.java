package io.elasticmemory.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AllocatorTest {

  private static final int BLOCK = 64 << 10;
  private static final long CAPACITY = 64L * BLOCK;
  private static final int WAIT_MILLIS = 50;

  private record Range(long offset, long bytes) {}

  private final List<Range> discarded = new ArrayList<>();
  private final List<Runnable> undone = new ArrayList<>();

  private final Discarder atOnce =
      (offset, bytes, done) -> {
        discarded.add(new Range(offset, bytes));
        done.run();
      };
  private final Discarder later =
      (offset, bytes, done) -> {
        discarded.add(new Range(offset, bytes));
        undone.add(done);
      };

  private final Allocator allocator = new Allocator(0, CAPACITY, BLOCK, WAIT_MILLIS, atOnce);
  private final Allocator slow = new Allocator(0, CAPACITY, BLOCK, WAIT_MILLIS, later);

  // Sizes and alignments.

  @Test
  void givesEverySizeItsOwnPlaceAlsoZero() {
    Set<Long> offsets = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertThat(offsets.add(allocator.allocate(0, 1).offset())).isTrue();
    }
    assertThat(allocator.figures().usedBytes()).isZero();
    assertThat(allocator.figures().allocations()).isEqualTo(100);
  }

  @Test
  void givesTheWholeCapacityAsOneSpan() {
    Allocation all = allocator.allocate(CAPACITY, 1);

    assertThat(all).isEqualTo(new Allocation(0, CAPACITY, false));
    assertThat(allocator.figures().freeBytes()).isZero();
    assertThat(allocator.figures().fragmentation()).isZero();
  }

  @Test
  void alignsUpToTheBlockWithoutASearch() {
    for (long alignment = 1; alignment <= BLOCK; alignment <<= 1) {
      assertThat(allocator.allocate(1, alignment).offset() % alignment).isZero();
      assertThat(allocator.allocate(BLOCK + 1, alignment).offset() % alignment).isZero();
    }
  }

  @Test
  void alignsAddressesBeyondTheBlockBySearching() {
    long base = 3L * BLOCK;
    Allocator based = new Allocator(base, 64L * BLOCK, BLOCK, 0, atOnce);

    for (long alignment = 2L * BLOCK; alignment <= 32L * BLOCK; alignment <<= 1) {
      assertThat((base + based.allocate(BLOCK, alignment).offset()) % alignment).isZero();
    }
  }

  @Test
  void neverLetsSpansShareABlock() {
    Set<Long> blocks = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Allocation span = allocator.allocate(BLOCK / 2 + 1 + i * 5000L, 1);
      long last = span.offset() + span.bytes() - 1;
      for (long block = span.offset() / BLOCK; block <= last / BLOCK; block++) {
        assertThat(blocks.add(block)).isTrue();
      }
      allocator.allocate(100, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {CAPACITY + 1, 1L << 62, Long.MAX_VALUE})
  void refusesMoreThanThereIsWithoutOverflow(long bytes) {
    assertThatThrownBy(() -> allocator.allocate(bytes, 1))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 40, 1L << 62})
  void refusesAlignmentsThatNoSpanHas(long alignment) {
    Allocator based = new Allocator(BLOCK, CAPACITY, BLOCK, 0, atOnce);

    assertThatThrownBy(() -> based.allocate(1, alignment))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom);
  }

  @Test
  void saysWhatWasAskedAndWhatIsLeft() {
    long first = allocator.allocate(CAPACITY / 2, 1).offset();
    allocator.allocate(BLOCK, 1);
    allocator.free(first, CAPACITY / 2);

    assertThatThrownBy(() -> allocator.allocate(CAPACITY, 8))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom)
        .hasMessage(
            "cannot allocate 4 MiB aligned to 8 bytes: largest free span 2 MiB, free 4032 KiB, in"
                + " quarantine 0 bytes, of 4 MiB; close arenas that are no longer needed, or give"
                + " the memory path more below dram");
  }

  @Test
  void refusesArgumentsThatMakeNoSense() {
    assertThatThrownBy(() -> allocator.allocate(-1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    for (long alignment : new long[] {0, -8, 3, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> allocator.allocate(1, alignment))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Long.toString(alignment));
    }
  }

  @Test
  void refusesASpaceWithoutABlock() {
    assertThatThrownBy(() -> new Allocator(0, BLOCK - 1, BLOCK, 0, atOnce))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Allocator(4096, CAPACITY, BLOCK, 0, atOnce))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Allocator(0, CAPACITY, 3 * 4096, 0, atOnce))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesThePartOfABlockAtTheEndAlone() {
    Allocator odd = new Allocator(0, 2 * BLOCK + 5000, BLOCK, 0, atOnce);

    assertThat(odd.figures().capacityBytes()).isEqualTo(2 * BLOCK);
  }

  @Test
  void costsNothingForATebibyteUntilUsed() {
    Allocator huge = new Allocator(0, 1L << 40, 4096, 0, atOnce);

    long offset = huge.allocate((1L << 40) - 4096, 1L << 12).offset();
    huge.allocate(1, 1);
    huge.free(offset, (1L << 40) - 4096);

    assertThat(huge.figures().largestFreeBytes()).isEqualTo((1L << 40) - 4096);
  }

  // Zero or not.

  @Test
  void asksToZeroOnlyCellsThatHadAnOwner() {
    Allocation first = allocator.allocate(100, 1);
    Allocation second = allocator.allocate(100, 1);
    allocator.free(first.offset(), 100);

    Allocation again = allocator.allocate(100, 1);
    Allocation fresh = allocator.allocate(100, 1);

    assertThat(first.mustZero()).isFalse();
    assertThat(again).isEqualTo(new Allocation(first.offset(), 100, true));
    assertThat(fresh.mustZero()).isFalse();
    assertThat(fresh.offset()).isNotIn(first.offset(), second.offset());
  }

  @Test
  void discardsFreedSpansInsteadOfZeroingThem() {
    Allocation span = allocator.allocate(3 * BLOCK + 1, 1);
    allocator.free(span.offset(), span.bytes());

    assertThat(discarded).containsExactly(new Range(span.offset(), 4L * BLOCK));
    assertThat(allocator.allocate(CAPACITY, 1).mustZero()).isFalse();
  }

  @Test
  void discardsASpanOfCellsWhenAllAreFreeButKeepsTheLastFew() {
    List<Allocation> cells = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      // Sizes of ten classes: each has a span of its own.
      cells.add(allocator.allocate(16L << i, 1));
    }
    cells.forEach(cell -> allocator.free(cell.offset(), cell.bytes()));

    assertThat(discarded).hasSize(10 - Allocator.EMPTY_SPANS_KEPT);
    assertThat(allocator.figures().idleBytes()).isPositive();

    allocator.discardEmptySpans();

    assertThat(discarded).hasSize(10);
    assertThat(allocator.figures())
        .isEqualTo(new AllocatorFigures(0, 0, 0, 0, CAPACITY, CAPACITY, 0));
  }

  @Test
  void doesNotDiscardWhenASmallArenaComesAndGoes() {
    for (int i = 0; i < 1000; i++) {
      Allocation cell = allocator.allocate(100, 8);
      assertThat(cell.mustZero()).isEqualTo(i > 0);
      allocator.free(cell.offset(), 100);
    }
    assertThat(discarded).isEmpty();
  }

  // Quarantine.

  @Test
  void handsOutNothingInQuarantine() {
    Allocation span = slow.allocate(BLOCK, 1);
    slow.free(span.offset(), BLOCK);

    assertThat(slow.figures().quarantinedBytes()).isEqualTo(BLOCK);
    assertThat(slow.allocate(BLOCK, 1).offset()).isNotEqualTo(span.offset());

    undone.forEach(Runnable::run);

    assertThat(slow.figures().quarantinedBytes()).isZero();
    assertThat(slow.allocate(BLOCK, 1).offset()).isEqualTo(span.offset());
  }

  @Test
  void ignoresASecondAnswerToADiscard() {
    Allocation span = slow.allocate(BLOCK, 1);
    slow.free(span.offset(), BLOCK);
    undone.getFirst().run();
    slow.allocate(BLOCK, 1);

    undone.getFirst().run();

    assertThat(slow.figures().usedBytes()).isEqualTo(BLOCK);
    assertThat(slow.figures().freeBytes()).isEqualTo(CAPACITY - BLOCK);
  }

  @Test
  void waitsForSpansInQuarantineWhenNothingElseIsLeft() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    Allocator patient = new Allocator(0, CAPACITY, BLOCK, 30_000, later);
    Allocation all = patient.allocate(CAPACITY, 1);
    patient.free(all.offset(), CAPACITY);
    Thread pager =
        Thread.ofPlatform()
            .name("pager")
            .start(
                () -> {
                  awaitQuietly(waiting);
                  undone.getFirst().run();
                });

    waiting.countDown();
    assertThat(patient.allocate(CAPACITY, 1).mustZero()).isFalse();
    pager.join();
  }

  @Test
  void letsWhoWantsLittleNotOvertakeWhoWaitsForMore() throws Exception {
    Allocator patient = new Allocator(0, CAPACITY, BLOCK, 30_000, later);
    for (Allocation block :
        Stream.generate(() -> patient.allocate(BLOCK, 1)).limit(CAPACITY / BLOCK).toList()) {
      patient.free(block.offset(), BLOCK);
    }
    CompletableFuture<Allocation> large = new CompletableFuture<>();
    CompletableFuture<Allocation> small = new CompletableFuture<>();
    startWaiting(() -> large.complete(patient.allocate(2 * BLOCK, 1)));
    undone.get(0).run();
    Thread overtaking = startWaiting(() -> small.complete(patient.allocate(BLOCK, 1)));

    undone.get(1).run();

    assertThat(large.get(10, TimeUnit.SECONDS).offset()).isZero();
    assertThat(small.isDone()).isFalse();
    undone.get(2).run();
    assertThat(small.get(10, TimeUnit.SECONDS).offset()).isEqualTo(2 * BLOCK);
    overtaking.join();
  }

  private static Thread startWaiting(Runnable waits) throws InterruptedException {
    Thread thread = Thread.ofPlatform().daemon().start(waits);
    for (int i = 0; thread.getState() != Thread.State.TIMED_WAITING; i++) {
      assertThat(i).as("the thread does not wait").isLessThan(10_000);
      Thread.sleep(1);
    }
    return thread;
  }

  @Test
  void keepsWaitingWhenInterruptedAndRemembersIt() {
    Allocator patient = new Allocator(0, CAPACITY, BLOCK, 30_000, later);
    patient.free(patient.allocate(CAPACITY, 1).offset(), CAPACITY);
    Thread pager =
        Thread.ofPlatform()
            .name("pager")
            .unstarted(
                () -> {
                  sleepQuietly(20);
                  undone.getFirst().run();
                });

    Thread.currentThread().interrupt();
    pager.start();
    patient.allocate(CAPACITY, 1);

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void givesUpWhenTheQuarantineLastsTooLong() {
    slow.free(slow.allocate(CAPACITY, 1).offset(), CAPACITY);
    long begin = System.nanoTime();

    assertThatThrownBy(() -> slow.allocate(1, 1))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom)
        .hasMessageContaining("in quarantine 4 MiB");
    assertThat(System.nanoTime() - begin)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS));
  }

  @Test
  void doesNotWaitForAQuarantineThatCannotHelp() {
    Allocator patient = new Allocator(0, CAPACITY, BLOCK, 3_600_000, later);
    patient.free(patient.allocate(BLOCK, 1).offset(), BLOCK);
    patient.allocate(CAPACITY - BLOCK, 1);

    assertThatThrownBy(() -> patient.allocate(2 * BLOCK, 1))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom);
  }

  @Test
  void discardsKeptSpansWhenRoomIsShort() {
    Allocation cell = allocator.allocate(100, 1);
    allocator.free(cell.offset(), 100);
    assertThat(discarded).isEmpty();

    assertThat(allocator.allocate(CAPACITY, 1).offset()).isZero();
    assertThat(discarded).hasSize(1);
  }

  @Test
  void keepsASpanInQuarantineWhenItsDiscardFails() {
    Discarder broken =
        (offset, bytes, done) -> {
          throw new EmpException(Kind.PAGER, "the pager is gone; open another space");
        };
    Allocator unlucky = new Allocator(0, CAPACITY, BLOCK, 0, broken);
    Allocation span = unlucky.allocate(BLOCK, 1);

    assertThatThrownBy(() -> unlucky.free(span.offset(), BLOCK))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("pager is gone");
    assertThat(unlucky.figures().quarantinedBytes()).isEqualTo(BLOCK);
    assertThat(unlucky.figures().usedBytes()).isZero();
  }

  // Exhaustion.

  @Test
  void fillsTheLastBlocksWithCellsOfAnySize() {
    Allocator small = new Allocator(0, 2L * BLOCK, BLOCK, 0, atOnce);
    small.allocate(1024, 1);
    small.allocate(BLOCK, 1);

    // No block is left for a span of 16-byte cells, but larger cells are free.
    assertThat(small.allocate(1, 16).mustZero()).isFalse();
    assertThat(small.figures().idleBytes()).isEqualTo(BLOCK - 2 * 1024);
    assertThatThrownBy(() -> small.allocate(1, 2048)).isInstanceOf(EmpException.class);
  }

  @Test
  void usesASingleBlockForCellsWhenNoLongerSpanIsFree() {
    Allocator small = new Allocator(0, 3 * 4096, 4096, 0, atOnce);

    Allocation cell = small.allocate(100, 1);
    small.allocate(2 * 4096, 1);
    small.free(cell.offset(), 100);

    assertThat(small.figures().freeBytes()).isZero();
    assertThat(small.allocate(4096, 1).mustZero()).isFalse();
  }

  @Test
  void givesExactlyTheCapacityInCells() {
    Allocator small = new Allocator(0, 16L * BLOCK, BLOCK, 0, atOnce);
    Set<Long> offsets = new HashSet<>();
    for (int i = 0; i < 16 * BLOCK / 4096; i++) {
      assertThat(offsets.add(small.allocate(4096, 4096).offset())).isTrue();
    }

    assertThatThrownBy(() -> small.allocate(0, 1))
        .isInstanceOfSatisfying(EmpException.class, AllocatorTest::isOutOfRoom);
    assertThat(small.figures())
        .isEqualTo(new AllocatorFigures(16L * BLOCK, 0, 0, 0, 0, 0, 16 * BLOCK / 4096));
  }

  // Freeing.

  @Test
  void joinsNeighboursOfOneArenaIntoOneDiscard() {
    List<Allocation> arena = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      arena.add(allocator.allocate(BLOCK, 1));
    }
    allocator.freeAll(List.of(arena.get(5), arena.get(0), arena.get(6), arena.get(1)));

    assertThat(discarded)
        .containsExactly(new Range(0, 2L * BLOCK), new Range(5L * BLOCK, 2L * BLOCK));
    assertThat(allocator.figures().allocations()).isEqualTo(4);
  }

  @Test
  void oneThatIsNotAllocatedDoesNotKeepTheOthersOfAnArena() {
    Allocation first = allocator.allocate(BLOCK, 1);
    Allocation second = allocator.allocate(BLOCK, 1);
    Allocation wrong = new Allocation(CAPACITY, 1, false);

    assertThatThrownBy(() -> allocator.freeAll(List.of(first, wrong, second)))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL));
    assertThat(discarded).containsExactly(new Range(0, 2L * BLOCK));
    assertThat(allocator.figures().allocations()).isZero();
  }

  @Test
  void refusesToFreeWhatIsNotAllocated() {
    Allocation span = allocator.allocate(BLOCK, 1);
    Allocation cell = allocator.allocate(64, 1);
    AllocatorFigures before = allocator.figures();

    assertNotFreed(span.offset() + 1, BLOCK);
    assertNotFreed(span.offset(), BLOCK - 1);
    assertNotFreed(cell.offset() + 1, 64);
    assertNotFreed(cell.offset() + 64, 64);
    assertNotFreed(cell.offset(), 65);
    assertNotFreed(cell.offset(), -1);
    assertNotFreed(-1, 1);
    assertNotFreed(CAPACITY, 1);
    assertThat(allocator.figures()).isEqualTo(before);

    allocator.free(cell.offset(), 64);
    assertNotFreed(cell.offset(), 64);
    allocator.free(span.offset(), BLOCK);
    assertNotFreed(span.offset(), BLOCK);
  }

  // Figures.

  @Test
  void figuresAddUpToTheCapacity() {
    slow.free(slow.allocate(5 * BLOCK, 1).offset(), 5 * BLOCK);
    slow.allocate(100, 1);
    slow.allocate(BLOCK + 1, 1);

    AllocatorFigures figures = slow.figures();

    assertThat(figures.capacityBytes()).isEqualTo(CAPACITY);
    assertThat(figures.usedBytes()).isEqualTo(100 + BLOCK + 1);
    // The cell has 112 bytes, the span two blocks; 65536 is 585 cells of 112 bytes and 16 bytes.
    assertThat(figures.wasteBytes()).isEqualTo(12 + 16 + BLOCK - 1);
    assertThat(figures.idleBytes()).isEqualTo(584 * 112);
    assertThat(figures.quarantinedBytes()).isEqualTo(5 * BLOCK);
    assertThat(figures.freeBytes()).isEqualTo(CAPACITY - 8 * BLOCK);
    assertThat(figures.largestFreeBytes()).isEqualTo(figures.freeBytes());
    assertThat(figures.allocations()).isEqualTo(2);
    assertThat(figures.fragmentation()).isZero();
  }

  @Test
  void fragmentationIsThePartOutsideTheLargestFreeSpan() {
    List<Allocation> blocks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      blocks.add(allocator.allocate(BLOCK, 1));
    }
    for (int i = 0; i < 64; i += 2) {
      allocator.free(blocks.get(i).offset(), BLOCK);
    }

    assertThat(allocator.figures().fragmentation()).isEqualTo(1 - 1 / 32.0, within(1e-9));
    assertThatThrownBy(() -> allocator.allocate(2 * BLOCK, 1)).isInstanceOf(EmpException.class);
  }

  // Closing.

  @Test
  void refusesAllocationsAfterClosingAndIgnoresFrees() {
    Allocation span = allocator.allocate(BLOCK, 1);
    allocator.close();
    allocator.close();

    assertThatThrownBy(() -> allocator.allocate(1, 1))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
    allocator.free(span.offset(), BLOCK);
    assertThat(discarded).isEmpty();
  }

  @Test
  void wakesThoseWhoWaitWhenClosed() throws InterruptedException {
    Allocator patient = new Allocator(0, CAPACITY, BLOCK, 3_600_000, later);
    patient.free(patient.allocate(CAPACITY, 1).offset(), CAPACITY);
    AtomicReference<EmpException> refusal = new AtomicReference<>();
    Thread waiter =
        Thread.ofPlatform()
            .name("waiter")
            .start(
                () -> {
                  try {
                    patient.allocate(1, 1);
                  } catch (EmpException e) {
                    refusal.set(e);
                  }
                });
    while (waiter.getState() != Thread.State.TIMED_WAITING) {
      sleepQuietly(1);
    }

    patient.close();
    waiter.join();

    assertThat(refusal.get().kind()).isEqualTo(Kind.CLOSED);
  }

  private void assertNotFreed(long offset, long bytes) {
    assertThatThrownBy(() -> allocator.free(offset, bytes))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL));
  }

  private static void isOutOfRoom(EmpException refusal) {
    assertThat(refusal.kind()).isEqualTo(Kind.CAPACITY);
    assertThat(refusal).hasMessageStartingWith("cannot allocate ");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void sleepQuietly(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
