package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A program that opens arenas of one space, some at a time, writes to what it got and closes them.
 * What it gets must be zero. It says {@code warm} after the first ones and {@code done} after the
 * others, each time after what the space says of itself, and waits for a line on standard input.
 */
public final class ArenasMain {
  private static final int PAGE_BYTES = 4096;
  private static final int OPEN_AT_A_TIME = 32;
  private static final int BYTES_MAX = 3 << 20;

  /** Every so many is left to the collector. */
  private static final int AUTO_EVERY = 8;

  /**
   * The allocator keeps four spans for small segments, so that they are not discarded again and
   * again, each of four blocks at most.
   */
  private static final int SLOTS_KEPT_MAX = 16;

  /** Returned memory is forgotten in its own time, and what was stored of it. */
  private static final long SETTLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  private final Emp emp;
  private final SplittableRandom random;
  private final Deque<EmpArena> open = new ArrayDeque<>();

  private ArenasMain(Emp emp, long seed) {
    this.emp = emp;
    random = new SplittableRandom(seed);
  }

  /** Runs it: {@code WARM-UPS COUNT SEED PATH}. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    try (Emp emp = Emp.open(arguments[3])) {
      ArenasMain program = new ArenasMain(emp, Long.parseLong(arguments[2]));
      program.churn(Integer.parseInt(arguments[0]));
      program.rest("warm");
      program.churn(Integer.parseInt(arguments[1]));
      program.rest("done");
    }
  }

  private void churn(int count) {
    for (int i = 0; i < count; i++) {
      use(i);
      while (open.size() > OPEN_AT_A_TIME) {
        open.remove().close();
      }
    }
    open.forEach(EmpArena::close);
    open.clear();
  }

  private void use(int number) {
    boolean isAuto = number % AUTO_EVERY == 0;
    EmpArena arena = isAuto ? emp.ofAuto() : number % 2 == 0 ? emp.ofShared() : emp.ofConfined();
    // Most are small, as in programs.
    long bytes = 8L + random.nextInt(1 + (BYTES_MAX >> random.nextInt(20)));
    MemorySegment memory = arena.allocate(bytes, 8);
    for (long at = 0; at + Long.BYTES <= bytes; at += PAGE_BYTES) {
      OpensMain.compare(at, memory.get(JAVA_LONG, at), 0);
      memory.set(JAVA_LONG, at, number + 1L);
    }
    if (!isAuto) {
      open.add(arena);
    }
  }

  /** Says what is left, as soon as that is nothing. */
  private void rest(String what) throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLE_NANOS_MAX;
    while (!isEmpty(emp.statistics()) && System.nanoTime() - end < 0) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(50);
    }
    EmpStatistics now = emp.statistics();
    System.out.println(
        "left %d bytes allocated, %d on their way back, %d slots: %s"
            .formatted(
                now.allocatedBytes(),
                now.returningBytes(),
                slots(now),
                isEmpty(now) ? "nothing" : "too much"));
    OpensMain.rest(what);
  }

  private static boolean isEmpty(EmpStatistics now) {
    return now.allocatedBytes() == 0 && now.returningBytes() == 0 && slots(now) <= SLOTS_KEPT_MAX;
  }

  private static long slots(EmpStatistics now) {
    return now.get(Counter.slotsRemote)
        + now.get(Counter.slotsSsd)
        + now.get(Counter.slotsCompressed);
  }
}
