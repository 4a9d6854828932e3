package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arenas that come and go in many threads, while memory is unloaded and the budget changes: what is
 * handed out is zero, and what was written is there, whatever is being forgotten beside it.
 */
class ArenaChurnTest {
  private static final int THREADS = 6;
  private static final int MILLIS = 3_000;
  private static final long MIB = 1L << 20;

  /** Together less than the space, with what waits to be forgotten. */
  private static final int SEGMENT_BYTES_MAX = 1 << 20;

  @TempDir Path directory;

  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void whatIsHandedOutIsZeroAndWhatWasWrittenStays() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ArenaChurnTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    String path = "dram:4?block=16k|" + directory.resolve("spill") + ":192:0";
    try (Emp emp = Emp.open(path);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> churns = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom own = random.split();
        churns.add(pool.submit(() -> churn(emp, own)));
      }
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
      while (System.nanoTime() < end) {
        emp.resizeDram((2 + random.nextInt(5)) * MIB).get(30, TimeUnit.SECONDS);
      }
      stop.set(true);
      for (Future<Long> churn : churns) {
        assertThat(churn.get(60, TimeUnit.SECONDS)).isPositive();
      }
      assertThat(emp.statistics().get(Counter.discards)).isPositive();
      assertThat(emp.statistics().allocatedBytes()).isZero();
    } finally {
      stop.set(true);
    }
  }

  private long churn(Emp emp, SplittableRandom random) {
    long rounds = 0;
    for (; !stop.get(); rounds++) {
      try (EmpArena arena = random.nextBoolean() ? emp.ofConfined() : emp.ofShared()) {
        List<MemorySegment> segments = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
          int bytes = 8 + random.nextInt(random.nextBoolean() ? 4_000 : SEGMENT_BYTES_MAX);
          segments.add(written(arena.allocate(bytes, 8), rounds + i));
        }
        if (random.nextInt(4) == 0) {
          emp.unload(segments.getFirst());
        }
        for (int i = 0; i < count; i++) {
          check(segments.get(i), rounds + i);
        }
      }
    }
    return rounds;
  }

  private static MemorySegment written(MemorySegment segment, long value) {
    for (long at = 0; at <= segment.byteSize() - 8; at += 1024) {
      assertThat(segment.get(JAVA_LONG, at)).as("fresh memory at %d", at).isZero();
      segment.set(JAVA_LONG, at, value * 31 + at);
    }
    return segment;
  }

  private static void check(MemorySegment segment, long value) {
    for (long at = 0; at <= segment.byteSize() - 8; at += 1024) {
      assertThat(segment.get(JAVA_LONG, at)).as("word at %d", at).isEqualTo(value * 31 + at);
    }
  }
}
