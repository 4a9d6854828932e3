package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What a {@link ChildJvm} runs: the first argument says what. */
final class ChildProgram {
  private static final long MIB = 1L << 20;

  private ChildProgram() {}

  public static void main(String[] arguments) throws Exception {
    try {
      switch (arguments[0]) {
        case "idle" -> idle(arguments[1]);
        case "fault" -> fault(arguments[1], Integer.parseInt(arguments[2]));
        case "check" -> check(arguments[1], Integer.parseInt(arguments[2]));
        case "leave" -> leave(arguments[1]);
        case "close" -> close(arguments[1]);
        case "environment" -> environment();
        case "refused" -> refused(arguments[1], Integer.parseInt(arguments[2]));
        case "rounds" -> rounds(arguments[1], Integer.parseInt(arguments[2]));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (EmpException e) {
      System.out.println(e.kind() + " " + e.getMessage());
      System.exit(2);
    }
  }

  /** Opens a space and waits for its end. */
  private static void idle(String path) throws InterruptedException {
    Emp emp = Emp.open(path);
    MemorySegment segment = emp.global().allocate(MIB, 8);
    segment.set(JAVA_LONG, 0, 1);
    System.out.println(emp.pagerPid());
    new CountDownLatch(1).await();
  }

  /** Threads that fault all the time, while another collects garbage. */
  private static void fault(String path, int threads) {
    Emp emp = Emp.open(path);
    MemorySegment segment = emp.global().allocate(32 * MIB, 8);
    CountDownLatch started = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform().start(() -> writeForEver(segment, started));
    }
    Thread.ofPlatform().start(ChildProgram::collectForEver);
    awaitUninterruptibly(started);
    System.out.println(emp.pagerPid());
  }

  private static void writeForEver(MemorySegment segment, CountDownLatch started) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (long i = 0; ; i++) {
      long at = random.nextLong(segment.byteSize() / 4096) * 4096;
      segment.set(JAVA_LONG, at, segment.get(JAVA_LONG, at) + 1);
      if (i == 50) {
        started.countDown();
      }
    }
  }

  private static void collectForEver() {
    while (true) {
      System.gc();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Threads that compare each word they read with the one they wrote last. Prints the pager; for
   * each line of input how much was done since the last, and the longest that one access took; a
   * wrong word ends it with code 3.
   */
  private static void check(String path, int threads) throws IOException {
    Emp emp = Emp.open(path);
    MemorySegment segment = emp.global().allocate(32 * MIB, 8);
    long part = segment.byteSize() / threads;
    LongAdder done = new LongAdder();
    LongAccumulator slowest = new LongAccumulator(Math::max, 0);
    for (int i = 0; i < threads; i++) {
      MemorySegment own = segment.asSlice(i * part, part);
      Thread.ofPlatform().start(() -> checkForEver(own, done, slowest));
    }
    System.out.println(emp.pagerPid());
    while (System.in.read() >= 0) {
      System.out.println(
          emp.pagerPid() + " " + done.sumThenReset() + " " + slowest.getThenReset() / 1_000_000);
    }
  }

  private static void checkForEver(MemorySegment own, LongAdder done, LongAccumulator slowest) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int pages = (int) (own.byteSize() / 4096);
    long[] expected = new long[pages];
    for (long next = 1; ; next++) {
      int page = random.nextInt(pages);
      long begun = System.nanoTime();
      long found = own.get(JAVA_LONG, page * 4096L);
      if (found != expected[page]) {
        System.out.println("page " + page + " has " + found + " for " + expected[page]);
        Runtime.getRuntime().halt(3);
      }
      if (random.nextBoolean()) {
        own.set(JAVA_LONG, page * 4096L, next);
        expected[page] = next;
      }
      slowest.accumulate(System.nanoTime() - begun);
      done.increment();
    }
  }

  /** Ends with its space open. */
  private static void leave(String path) {
    Emp emp = Emp.open(path);
    emp.ofShared().allocate(MIB, 8).set(JAVA_LONG, 0, 1);
    System.out.println(emp.pagerPid());
    System.exit(7);
  }

  /** Closes its space when told to. */
  private static void close(String path) throws IOException {
    Emp emp = Emp.open(path);
    System.out.println(emp.pagerPid());
    int _ = System.in.read();
    emp.close();
    System.out.println("closed");
  }

  /** Is refused a space so often, and says so; a while later also that it is still there. */
  private static void refused(String path, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      try (Emp _ = Emp.open(path)) {
        System.out.println("opened");
      } catch (EmpException e) {
        System.out.println(e.kind() + " " + e.getMessage());
      }
    }
    Thread.sleep(1_500);
    System.out.println("alive");
  }

  /** Uses the space of the environment. */
  private static void environment() {
    MemorySegment first = EmpArena.global().allocate(MIB, 8);
    try (EmpArena arena = EmpArena.ofConfined()) {
      arena.allocate(MIB, 8).set(JAVA_LONG, 0, 1);
    }
    first.set(JAVA_LONG, 0, 2);
    EmpArena.ofAuto().allocate(8).set(JAVA_LONG, 0, 3);
    EmpArena.ofShared().close();
    Emp emp = Emp.fromEnvironment();
    System.out.println(
        emp.path() + " " + emp.isLoaded(first, 0, 8) + " " + (emp == Emp.fromEnvironment()));
    try {
      emp.close();
    } catch (UnsupportedOperationException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Opens and closes; says after the first and the last round what is left. */
  private static void rounds(String path, int rounds) throws Exception {
    for (int i = 0; i <= rounds; i++) {
      try (Emp emp = Emp.open(path);
          EmpArena arena = emp.ofShared()) {
        arena.allocate(MIB, 8).set(JAVA_LONG, 0, 1);
      }
      if (i == 0 || i == rounds) {
        System.out.println(LeakTest.census());
      }
    }
  }
}
