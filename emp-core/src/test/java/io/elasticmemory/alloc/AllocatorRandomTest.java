package io.elasticmemory.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random allocating and freeing beside a model that holds real bytes: what is handed out as zero is
 * zero, and nobody's bytes change. A failure names its seed; repeat it with {@code
 * -Demp.test.seed=SEED}.
 */
@Timeout(120)
class AllocatorRandomTest {

  private static final int CAPACITY = 8 << 20;
  private static final int STEPS = 15_000;

  private final long seed = Long.getLong("emp.test.seed", System.nanoTime());

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 64 << 10, 512 << 10, 2 << 20})
  void keepsEveryOwnersBytesAndHandsOutZeros(int blockBytes) {
    System.out.println("AllocatorRandomTest seed " + seed + " block " + blockBytes);
    Churn churn = new Churn(new Random(seed), blockBytes);
    try {
      churn.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", block " + blockBytes, e);
    }
  }

  /** One run: a space of plain bytes, an allocator, and who owns what. */
  private static final class Churn implements Discarder {

    private record Owned(Allocation allocation, byte mark) {}

    private record Discard(long offset, long bytes, Runnable done) {}

    private final Random random;
    private final int blockBytes;
    private final Allocator allocator;
    private final byte[] space = new byte[CAPACITY];
    private final List<Owned> owned = new ArrayList<>();
    private final TreeMap<Long, Long> endByOffset = new TreeMap<>();
    private final List<Discard> discards = new ArrayList<>();
    private int refused;
    private int zeroed;

    Churn(Random random, int blockBytes) {
      this.random = random;
      this.blockBytes = blockBytes;
      this.allocator = new Allocator(0, CAPACITY, blockBytes, 0, this);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        // Swings between filling and emptying, so that both ends are met.
        boolean filling = (step / 2_000) % 2 == 0;
        int dice = random.nextInt(100);
        if (dice < (filling ? 55 : 30)) {
          allocate();
        } else if (dice < 85) {
          free(1);
        } else if (dice < 88) {
          free(20);
        } else {
          finishDiscard();
        }
        if (step % 500 == 0) {
          checkFigures();
        }
      }
      assertThat(refused).as("exhaustion was met").isPositive();
      assertThat(zeroed).as("cells were used again").isPositive();
      freeEverything();
    }

    private void allocate() {
      long bytes = anyBytes();
      long alignment = 1L << random.nextInt(random.nextInt(10) == 0 ? 23 : 13);
      try {
        own(allocator.allocate(bytes, alignment), bytes, alignment);
      } catch (EmpException e) {
        assertThat(e.kind()).isEqualTo(EmpException.Kind.CAPACITY);
        refused++;
      }
    }

    private long anyBytes() {
      return switch (random.nextInt(10)) {
        case 0 -> 0;
        case 1, 2 -> 1 + random.nextInt(8 * blockBytes);
        case 3 -> random.nextInt(CAPACITY / 4);
        default -> 1 + random.nextInt(1 << (4 + random.nextInt(10)));
      };
    }

    private void own(Allocation given, long bytes, long alignment) {
      assertThat(given.bytes()).isEqualTo(bytes);
      assertThat(given.offset() % alignment).isZero();
      claim(given.offset(), given.offset() + Math.max(1, bytes));
      int begin = Math.toIntExact(given.offset());
      int end = begin + Math.toIntExact(bytes);
      if (given.mustZero()) {
        zeroed++;
        Arrays.fill(space, begin, end, (byte) 0);
      }
      requireAll(begin, end, (byte) 0);
      byte mark = (byte) (1 + random.nextInt(127));
      Arrays.fill(space, begin, end, mark);
      owned.add(new Owned(given, mark));
    }

    private void claim(long begin, long end) {
      Map.Entry<Long, Long> before = endByOffset.lowerEntry(end);
      assertThat(before == null || before.getValue() <= begin).as("nobody else's").isTrue();
      assertThat(discards)
          .as("not in quarantine")
          .noneMatch(d -> d.offset() < end && begin < d.offset() + d.bytes());
      assertThat(end).isLessThanOrEqualTo(CAPACITY);
      endByOffset.put(begin, end);
    }

    private void free(int count) {
      List<Allocation> given = new ArrayList<>();
      for (int i = 0; i < count && !owned.isEmpty(); i++) {
        Collections.swap(owned, random.nextInt(owned.size()), owned.size() - 1);
        given.add(release(owned.removeLast()));
      }
      if (count == 1 && !given.isEmpty()) {
        allocator.free(given.getFirst().offset(), given.getFirst().bytes());
      } else {
        allocator.freeAll(given);
      }
    }

    private Allocation release(Owned last) {
      Allocation allocation = last.allocation();
      int begin = Math.toIntExact(allocation.offset());
      requireAll(begin, begin + Math.toIntExact(allocation.bytes()), last.mark());
      endByOffset.remove(allocation.offset());
      return allocation;
    }

    @Override
    public void discard(long offset, long bytes, Runnable done) {
      assertThat(offset % blockBytes).isZero();
      assertThat(bytes % blockBytes).isZero();
      Map.Entry<Long, Long> before = endByOffset.lowerEntry(offset + bytes);
      assertThat(before == null || before.getValue() <= offset).as("nobody's").isTrue();
      discards.add(new Discard(offset, bytes, done));
    }

    private void finishDiscard() {
      if (discards.isEmpty()) {
        return;
      }
      Discard discard = discards.remove(random.nextInt(discards.size()));
      int begin = Math.toIntExact(discard.offset());
      Arrays.fill(space, begin, begin + Math.toIntExact(discard.bytes()), (byte) 0);
      discard.done().run();
    }

    private void requireAll(int begin, int end, byte value) {
      for (int i = begin; i < end; i++) {
        if (space[i] != value) {
          throw new AssertionError("byte " + i + " is " + space[i] + " instead of " + value);
        }
      }
    }

    private void checkFigures() {
      AllocatorFigures figures = allocator.figures();
      assertThat(figures.capacityBytes()).isEqualTo(CAPACITY);
      assertThat(figures.usedBytes())
          .isEqualTo(owned.stream().mapToLong(o -> o.allocation().bytes()).sum());
      assertThat(figures.allocations()).isEqualTo(owned.size());
      assertThat(figures.quarantinedBytes())
          .isEqualTo(discards.stream().mapToLong(Discard::bytes).sum());
      assertThat(figures.wasteBytes()).isNotNegative();
      assertThat(figures.idleBytes()).isNotNegative();
      assertThat(figures.largestFreeBytes()).isBetween(0L, figures.freeBytes());
      assertThat(figures.fragmentation()).isBetween(0.0, 1.0);
    }

    private void freeEverything() {
      free(owned.size());
      allocator.discardEmptySpans();
      while (!discards.isEmpty()) {
        finishDiscard();
      }
      assertThat(allocator.figures())
          .isEqualTo(new AllocatorFigures(0, 0, 0, 0, CAPACITY, CAPACITY, 0));
      Allocation all = allocator.allocate(CAPACITY, 1);
      assertThat(all).isEqualTo(new Allocation(0, CAPACITY, false));
      requireAll(0, CAPACITY, (byte) 0);
    }
  }

  @Test
  void keepsThreadsApart() throws InterruptedException {
    System.out.println("AllocatorRandomTest seed " + seed);
    ConcurrentLinkedQueue<Runnable> discards = new ConcurrentLinkedQueue<>();
    Allocator allocator =
        new Allocator(0, CAPACITY, 4096, 5_000, (offset, bytes, done) -> discards.add(done));
    Owners owners = new Owners(allocator);
    Thread pager = Thread.ofPlatform().name("pager").start(() -> finish(discards));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(seed + i);
      threads.add(Thread.ofPlatform().name("owner-" + i).start(() -> owners.churn(random)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    allocator.discardEmptySpans();
    pager.interrupt();
    pager.join();

    assertThat(owners.failures).as("seed %d", seed).isEmpty();
    assertThat(allocator.figures())
        .isEqualTo(new AllocatorFigures(0, 0, 0, 0, CAPACITY, CAPACITY, 0));
  }

  /** Answers discards until interrupted, and then the rest. */
  private static void finish(ConcurrentLinkedQueue<Runnable> discards) {
    while (!Thread.currentThread().isInterrupted() || !discards.isEmpty()) {
      Runnable done = discards.poll();
      if (done != null) {
        done.run();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** Threads that note who owns each 16 bytes. */
  private static final class Owners {

    private static final int GRAIN = 16;

    private final Allocator allocator;
    private final AtomicLongArray ownerOf = new AtomicLongArray(CAPACITY / GRAIN);
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    Owners(Allocator allocator) {
      this.allocator = allocator;
    }

    void churn(Random random) {
      try {
        List<Allocation> owned = new ArrayList<>();
        for (int step = 0; step < 10_000; step++) {
          if (owned.size() < 100 && random.nextInt(2) == 0) {
            owned.add(take(1 + random.nextInt(1 << (4 + random.nextInt(10)))));
          } else if (!owned.isEmpty()) {
            give(owned.remove(random.nextInt(owned.size())));
          }
        }
        owned.forEach(this::give);
      } catch (RuntimeException | AssertionError e) {
        failures.add(e);
      }
    }

    private Allocation take(long bytes) {
      Allocation given = allocator.allocate(bytes, GRAIN);
      long me = Thread.currentThread().threadId();
      mark(given, 0, me);
      return given;
    }

    private void give(Allocation given) {
      mark(given, Thread.currentThread().threadId(), 0);
      allocator.free(given.offset(), given.bytes());
    }

    private void mark(Allocation given, long from, long to) {
      long end = given.offset() + given.bytes();
      for (long offset = given.offset(); offset < end; offset += GRAIN) {
        int grain = Math.toIntExact(offset / GRAIN);
        if (!ownerOf.compareAndSet(grain, from, to)) {
          throw new AssertionError("offset " + offset + " belongs to " + ownerOf.get(grain));
        }
      }
    }
  }
}
