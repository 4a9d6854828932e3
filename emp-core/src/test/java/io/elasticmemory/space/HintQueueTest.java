package io.elasticmemory.space;

import static io.elasticmemory.wire.HintQueueLayout.CELLS;
import static io.elasticmemory.wire.HintQueueLayout.EMPTY;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.QUEUE_BYTES;
import static io.elasticmemory.wire.HintQueueLayout.TAIL_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.wire.CommandRingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HintQueueTest {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final int THREADS = 4;
  private static final int HINTS_PER_THREAD = 20_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final MemorySegment memory = Arena.ofAuto().allocate(QUEUE_BYTES, 64);
  private final HintQueue queue = new HintQueue(memory);

  @Test
  void itsLastCellIsFollowedByTheQueueOfUnmaps() {
    assertThat(cellAt(CELLS - 1) + Long.BYTES).isEqualTo(QUEUE_BYTES);
    assertThat(CommandRingLayout.HINTS_AT + QUEUE_BYTES).isEqualTo(CommandRingLayout.UNMAPS_AT);
    assertThat(cellAt(CELLS)).isEqualTo(cellAt(0));
  }

  @Test
  void fillsCellsInOrder() {
    assertThat(queue.offer(0)).isTrue();
    assertThat(queue.offer(4096)).isTrue();

    assertThat(memory.get(JAVA_LONG, cellAt(0))).isEqualTo(1);
    assertThat(memory.get(JAVA_LONG, cellAt(1))).isEqualTo(4097);
    assertThat(memory.get(JAVA_LONG, cellAt(2))).isEqualTo(EMPTY);
    assertThat(memory.get(JAVA_LONG, TAIL_AT)).isEqualTo(2);
  }

  @Test
  void forgetsWhatDoesNotFitAndGoesOnWhenThereIsRoom() {
    for (int i = 0; i < CELLS; i++) {
      assertThat(queue.offer(i)).isTrue();
    }
    assertThat(queue.offer(7)).isFalse();
    assertThat(take()).isZero();
    assertThat(queue.offer(7)).isTrue();
    assertThat(queue.offer(8)).isFalse();
    for (int i = 1; i < CELLS; i++) {
      assertThat(take()).isEqualTo(i);
    }
    assertThat(take()).isEqualTo(7);
    assertThat(take()).isEqualTo(-1);
  }

  /** Every hint that was accepted comes out once, and those of a thread in its order. */
  @Test
  void takesHintsOfManyThreads() throws InterruptedException {
    AtomicInteger running = new AtomicInteger(THREADS);
    AtomicInteger accepted = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long first = (long) i * HINTS_PER_THREAD;
      threads.add(Thread.ofPlatform().start(() -> offerAll(first, accepted, running)));
    }
    Set<Long> seen = new HashSet<>();
    long[] last = new long[THREADS];
    long end = System.nanoTime() + PATIENCE_NANOS;
    for (boolean more = true; more; ) {
      more = running.get() > 0;
      for (long taken = take(); taken >= 0; taken = take()) {
        assertThat(seen.add(taken)).as("hint %d once", taken).isTrue();
        int thread = (int) (taken / HINTS_PER_THREAD);
        assertThat(taken).isGreaterThanOrEqualTo(last[thread]);
        last[thread] = taken;
      }
      assertThat(System.nanoTime()).isLessThan(end);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).hasSize(accepted.get());
    assertThat(accepted.get()).isGreaterThanOrEqualTo(CELLS);
  }

  private void offerAll(long first, AtomicInteger accepted, AtomicInteger running) {
    for (long hint = first; hint < first + HINTS_PER_THREAD; hint++) {
      if (queue.offer(hint)) {
        accepted.incrementAndGet();
      }
    }
    running.decrementAndGet();
  }

  /** As a pager does; -1 if there is nothing. */
  private long take() {
    long head = (long) LONG.getAcquire(memory, HEAD_AT);
    long cell = (long) LONG.getAcquire(memory, cellAt(head));
    if (cell == EMPTY) {
      return -1;
    }
    LONG.setRelease(memory, cellAt(head), EMPTY);
    LONG.setRelease(memory, HEAD_AT, head + 1);
    return cell - 1;
  }
}
