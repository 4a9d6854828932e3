package io.elasticmemory.samples.pair;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Threads that compare each word they read with the one they wrote last. For each line of input it
 * says what was done since the last; a wrong word ends it with code 3, the end of input, when all
 * has been compared, with 0.
 */
public final class PairMain {
  /** Stands in each page, so that it can be looked for where it must not be. */
  public static final long MARK = 0x21746572636553L;

  private static final long MARK_AT = 16;
  private static final int THREADS = 2;
  private static final int SAMPLES = 1 << 16;

  private PairMain() {}

  public static void main(String[] arguments) throws Exception {
    try (Emp emp = Emp.open(arguments[0])) {
      MemorySegment segment = emp.global().allocate(Long.parseLong(arguments[1]) << 20, 8);
      Checker[] checkers = new Checker[THREADS];
      long part = segment.byteSize() / THREADS;
      for (int i = 0; i < THREADS; i++) {
        checkers[i] = new Checker(segment.asSlice(i * part, part));
        checkers[i].start();
      }
      answer(emp, checkers);
      for (Checker checker : checkers) {
        checker.ends = true;
        checker.join();
        checker.compareAll();
      }
    }
    System.out.println("all words are right");
    System.exit(0); // the global arena stays
  }

  private static void answer(Emp emp, Checker[] checkers) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (int line = 0; input.readLine() != null; line++) {
      long done = 0;
      long[] nanos = new long[0];
      for (Checker checker : checkers) {
        done += checker.take();
        nanos = checker.addTaken(nanos);
      }
      Arrays.sort(nanos);
      EmpStatistics statistics = emp.statistics();
      System.out.printf(
          "%d pager %d done %d p50 %d p99 %d max %d degraded %d rebuilt %d lacks %d hedged %d%n",
          line,
          emp.pagerPid(),
          done,
          at(nanos, 0.5),
          at(nanos, 0.99),
          at(nanos, 1),
          statistics.get(Counter.mirrorsDegraded),
          statistics.get(Counter.bytesRebuilt) >> 20,
          statistics.get(Counter.bytesToRebuild) >> 20,
          statistics.get(Counter.readsHedged));
    }
  }

  private static long at(long[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / 1_000;
  }

  private static final class Checker extends Thread {
    private final MemorySegment own;
    private final long[] expected;
    private final long[] nanos = new long[SAMPLES];
    private int taken;
    private long done;
    private volatile boolean ends;

    Checker(MemorySegment own) {
      this.own = own;
      expected = new long[(int) (own.byteSize() / 4096)];
      setDaemon(true);
    }

    @Override
    public void run() {
      for (int page = 0; page < expected.length; page++) {
        own.set(JAVA_LONG, page * 4096L + MARK_AT, MARK);
        own.set(JAVA_LONG, page * 4096L + MARK_AT + 8, MARK);
        write(page, -page);
      }
      for (long next = 1; !ends; next++) {
        access(next);
      }
    }

    private void access(long next) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      int page = random.nextInt(expected.length);
      long begun = System.nanoTime();
      compare(page);
      if (random.nextBoolean()) {
        write(page, next);
      }
      note(System.nanoTime() - begun);
    }

    private void write(int page, long value) {
      own.set(JAVA_LONG, page * 4096L, value);
      expected[page] = value;
    }

    private synchronized void note(long took) {
      nanos[(int) (done++ % SAMPLES)] = took;
    }

    /** Accesses since the last time. */
    synchronized long take() {
      long before = done;
      taken = (int) Math.min(done, SAMPLES);
      done = 0;
      return before;
    }

    /** What the last of those took, and others before. */
    synchronized long[] addTaken(long[] others) {
      long[] all = Arrays.copyOf(others, others.length + taken);
      System.arraycopy(nanos, 0, all, others.length, taken);
      return all;
    }

    void compareAll() {
      for (int page = 0; page < expected.length; page++) {
        compare(page);
      }
    }

    private void compare(int page) {
      long found = own.get(JAVA_LONG, page * 4096L);
      if (found != expected[page]) {
        System.out.println("page " + page + " has " + found + " for " + expected[page]);
        Runtime.getRuntime().halt(3);
      }
    }
  }
}
