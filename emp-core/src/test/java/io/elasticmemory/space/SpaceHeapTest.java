package io.elasticmemory.space;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.alloc.Allocator;
import io.elasticmemory.port.Stripes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SpaceHeapTest {
  private static final int BLOCK = 64 << 10;
  private static final int CELL = 1 << 10;
  private static final long CAPACITY = 16 * BLOCK;

  private final Fakes.Memory memory = new Fakes.Memory(CAPACITY);
  private final Allocator allocator =
      new Allocator(
          memory.base(),
          CAPACITY,
          BLOCK,
          0,
          (offset, bytes, done) -> {
            memory.whole().asSlice(offset, bytes).fill((byte) 0);
            done.run();
          });
  private final Pins pins =
      new Pins(new AnsweringPager(Stripes.one(CAPACITY)).rings, BLOCK, BLOCK, CAPACITY);
  private final SpaceHeap heap = new SpaceHeap(memory, allocator, new Returns(allocator, pins));

  @Test
  void knowsWhatItHasGivenUntilThatIsFreed() {
    long address = heap.allocate(3 * BLOCK, 8);

    assertThat(heap.bytesAt(address)).isEqualTo(3 * BLOCK);
    assertThat(heap.free(address)).isEqualTo(3 * BLOCK);
    assertThat(heap.bytesAt(address)).isEqualTo(-1);
    assertThat(heap.free(address)).isEqualTo(-1);
    assertThat(heap.free(address + 1)).isEqualTo(-1);
    assertThat(allocator.figures().usedBytes()).isZero();
  }

  // ---- memory that is freed while somebody is at it

  @ParameterizedTest
  @ValueSource(longs = {CELL, CAPACITY - BLOCK})
  void handsOutNothingThatAFillIsAtWhenAnotherThreadFreesIt(long bytes) throws Exception {
    long address = heap.allocate(bytes, 8);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Void> filling =
        CompletableFuture.runAsync(
            () -> {
              try (MemoryUse _ = heap.enter(address, bytes)) {
                begun.countDown();
                await(mayEnd);
                heap.use(address, bytes, segment -> segment.fill((byte) 1));
              }
            },
            body -> Thread.ofPlatform().daemon().start(body));
    await(begun);

    assertThat(heap.free(address)).isEqualTo(bytes);
    assertThat(heap.free(address)).isEqualTo(-1);
    assertThat(heap.bytesAt(address)).isEqualTo(-1);
    long other = heap.allocate(CELL, 8);
    assertThat(other < address || other >= address + bytes).isTrue();
    mayEnd.countDown();
    filling.get(10, TimeUnit.SECONDS);

    assertThat(memory.whole().get(JAVA_BYTE, other - memory.base())).isZero();
    assertThat(allocator.figures().usedBytes()).isEqualTo(CELL);
    assertThat(heap.free(address)).isEqualTo(-1);
    long again = heap.allocate(bytes, 8);
    assertThat(again).isEqualTo(address);
    assertThat(memory.whole().get(JAVA_BYTE, again - memory.base())).isZero();
  }

  @Test
  void theLastOfSeveralThatLeavesGivesTheMemoryBack() {
    long address = heap.allocate(4 * BLOCK, 8);
    MemoryUse first = heap.enter(address, 1);
    MemoryUse second = heap.enter(address + 4 * BLOCK - 1, BLOCK);
    heap.free(address);
    first.close();
    first.close();
    assertThat(allocator.figures().usedBytes()).isEqualTo(4 * BLOCK);
    second.close();
    assertThat(allocator.figures().usedBytes()).isZero();
  }

  /** A device may write to a small buffer, too, and its neighbours are not the device's. */
  @Test
  void handsOutNothingThatIsPinned() {
    long pinned = heap.allocate(CELL, 8);
    long beside = heap.allocate(CELL, 8);
    SpaceRange range = new SpaceRange(pinned - memory.base(), CELL);
    pins.pin(range);
    MemoryUse use = heap.enter(pinned, CELL);

    assertThat(heap.free(pinned)).isEqualTo(CELL);
    assertThat(heap.free(beside)).isEqualTo(CELL);
    assertThat(allocator.figures().usedBytes()).isEqualTo(CELL);
    use.close();
    assertThat(heap.allocate(CELL, 8)).isEqualTo(beside);
    pins.unpin(range);

    assertThat(allocator.figures().usedBytes()).isEqualTo(CELL);
    assertThat(heap.allocate(CELL, 8)).isEqualTo(pinned);
  }

  @Test
  void onlyWhatIsInUseIsHeldBack() {
    long address = heap.allocate(BLOCK, 8);
    try (MemoryUse _ = heap.enter(address - 1, 1);
        MemoryUse _ = heap.enter(address + BLOCK, BLOCK);
        MemoryUse _ = heap.enter(address + 5, 0)) {
      assertThat(heap.free(address)).isEqualTo(BLOCK);
      assertThat(allocator.figures().usedBytes()).isZero();
    }
    assertThat(allocator.figures().freeBytes()).isEqualTo(CAPACITY);
  }

  @Test
  void whoUsesWhatWasFreedBeforeHoldsNothingBack() {
    long address = heap.allocate(BLOCK, 8);
    heap.free(address);
    MemoryUse late = heap.enter(address, BLOCK);
    assertThat(heap.allocate(BLOCK, 8)).isEqualTo(address);
    late.close();
    assertThat(heap.bytesAt(address)).isEqualTo(BLOCK);
  }

  /** Whatever the order in which uses end and memory is freed, it is given back once. */
  @Test
  void givesBackOnceWhateverLeavesWhen() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      long bytes = random.nextBoolean() ? CELL : 2 * BLOCK;
      long address = heap.allocate(bytes, 8);
      List<MemoryUse> uses = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        uses.add(heap.enter(address + random.nextLong(bytes), 1));
      }
      CompletableFuture<Void> leaving =
          CompletableFuture.runAsync(() -> uses.forEach(MemoryUse::close));
      assertThat(heap.free(address)).as("seed %d", seed).isEqualTo(bytes);
      leaving.join();
      assertThat(allocator.figures().usedBytes()).as("seed %d", seed).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** As under a limit of a control group, when a cell's block has left and cannot be brought. */
  @Test
  void givesACellBackThatItCannotZero() {
    assertThat(heap.free(heap.allocate(CELL, 8))).isEqualTo(CELL);
    memory.load =
        () -> {
          throw new EmpException(Kind.CAPACITY, "made for this test");
        };

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> heap.allocate(CELL, 8)).hasMessage("made for this test");
      assertThat(allocator.figures().usedBytes()).isZero();
      assertThat(allocator.figures().allocations()).isZero();
    }
    memory.load = () -> {};
    assertThat(heap.free(heap.allocate(CELL, 8))).isEqualTo(CELL);
  }
}
