package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.Emp;
import io.elasticmemory.ffm.libc.LinuxConstants;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * A program that does to its memory, and to itself, what it should not, while threads of it compare
 * each word they read with the one they wrote last. Told by lines on standard input, each answered
 * by one; a wrong word ends it with code 3.
 */
final class MischiefProgram {
  private static final int PAGE_BYTES = 4096;
  private static final long MIB = 1L << 20;
  private static final int CHECKERS = 3;
  private static final int VIRTUAL_THREADS = 100;

  /** Linux numbers that the product has no use for. */
  private static final int MADV_REMOVE = 9;

  private static final int MREMAP_MAYMOVE = 1;
  private static final int MCL_CURRENT = 1;
  private static final int SIGPIPE = 13;
  private static final int WNOHANG = 1;
  private static final int SIGKILL = 9;

  private final LongAdder done = new LongAdder();
  private final List<Checker> checkers = new ArrayList<>();

  /** What the mischief is done to, beside what the threads work on. */
  private final MemorySegment own;

  private final long[] expected;
  private final SplittableRandom random = new SplittableRandom(42);

  private MischiefProgram(MemorySegment all) {
    long part = all.byteSize() / (CHECKERS + 1);
    for (int i = 0; i < CHECKERS; i++) {
      checkers.add(new Checker(all.asSlice(i * part, part), done));
    }
    own = all.asSlice(CHECKERS * part, part);
    expected = new long[(int) (part / PAGE_BYTES)];
  }

  /**
   * Uses so many MiB of the space of the environment, which is there for good, or of one of its own
   * that has a path.
   */
  public static void main(String[] arguments) throws Exception {
    Emp emp = arguments.length > 1 ? Emp.open(arguments[1]) : Emp.fromEnvironment();
    MemorySegment all = emp.global().allocate(Long.parseLong(arguments[0]) * MIB, PAGE_BYTES);
    MischiefProgram program = new MischiefProgram(all);
    program.fill();
    program.checkers.forEach(Thread::start);
    System.out.println(emp.pagerPid() + " " + program.own.address());
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(program.answer(line));
    }
    program.end();
    System.out.println("all words are right");
    System.exit(0); // the space stays
  }

  private String answer(String line) throws Exception {
    return switch (line) {
      case "done" -> Long.toString(done.sumThenReset());
      case "move" -> refusals();
      case "unmap pages" -> advise(LinuxConstants.MADV_DONTNEED);
      case "populate" -> advise(LinuxConstants.MADV_POPULATE_WRITE);
      case "huge pages" -> advise(LinuxConstants.MADV_HUGEPAGE);
      case "remove" -> remove();
      case "lock" -> lock();
      case "fork" -> fork();
      case "signals" -> signals();
      case "virtual threads" -> virtualThreads();
      case "become" -> become();
      default -> throw new IllegalArgumentException(line);
    };
  }

  /** Each page has its number, beginning with one; those of the second half keep it. */
  private void fill() {
    for (int page = 0; page < expected.length; page++) {
      expected[page] = page + 1L;
      own.set(JAVA_LONG, (long) page * PAGE_BYTES, expected[page]);
    }
  }

  /** What the kernel says to moving, unmapping, protecting and replacing all of its own part. */
  private String refusals() {
    long address = own.address();
    long bytes = own.byteSize();
    long replaced =
        SystemCall.MMAP.make(
            address,
            bytes,
            LinuxConstants.PROT_READ | LinuxConstants.PROT_WRITE,
            LinuxConstants.MAP_PRIVATE | LinuxConstants.MAP_ANONYMOUS | LinuxConstants.MAP_FIXED,
            -1,
            0);
    return "%d %d %d %d"
        .formatted(
            SystemCall.MREMAP.make(address, bytes, 2 * bytes, MREMAP_MAYMOVE),
            SystemCall.MUNMAP.make(address, bytes),
            SystemCall.MPROTECT.make(address, bytes, LinuxConstants.PROT_READ),
            replaced);
  }

  /** Advises parts of all of the memory, the threads' included, and says how the last call went. */
  private String advise(int advice) {
    long start = own.address() - CHECKERS * own.byteSize();
    int pages = expected.length * (CHECKERS + 1);
    long result = 0;
    for (int i = 0; i < 200; i++) {
      int count = 1 + random.nextInt(64);
      long from = random.nextInt(pages - count);
      result =
          SystemCall.MADVISE.make(start + from * PAGE_BYTES, (long) count * PAGE_BYTES, advice);
    }
    compareOwn();
    return Long.toString(result);
  }

  /**
   * A page of the first half that is removed is zero, or as it was where the space has it stored;
   * and stays so.
   */
  private String remove() {
    long zeros = 0;
    for (int i = 0; i < 3_000; i++) {
      int page = random.nextInt(expected.length / 2);
      long at = (long) page * PAGE_BYTES;
      if (random.nextBoolean()) {
        expected[page] = random.nextLong();
        own.set(JAVA_LONG, at, expected[page]);
      }
      long result = SystemCall.MADVISE.make(own.address() + at, PAGE_BYTES, MADV_REMOVE);
      long found = own.get(JAVA_LONG, at);
      if (result != 0 || found != 0 && found != expected[page]) {
        return "removed: %d, then %d for %d".formatted(result, found, expected[page]);
      }
      zeros += found == 0 && expected[page] != 0 ? 1 : 0;
      expected[page] = found;
    }
    compareOwn();
    return zeros > 0 ? "zeros" : "no zero";
  }

  private String lock() {
    long one = SystemCall.MLOCK.make(own.address(), own.byteSize());
    compareOwn();
    long all = SystemCall.MLOCKALL.make(MCL_CURRENT);
    compareOwn();
    long undone = SystemCall.MUNLOCKALL.make();
    return "%d %d %d".formatted(one, all, undone);
  }

  /** The error of reading this memory in a child that has a copy of everything else. */
  private String fork() throws InterruptedException {
    MemorySegment ordinary = Arena.global().allocate(Long.BYTES, Long.BYTES);
    String _ = written(own.address()) + written(ordinary.address());
    for (int attempt = 0; attempt < 5; attempt++) {
      long child = SystemCall.FORK.make();
      if (child == 0) {
        // A thread alone, in which nothing but calls of the kernel goes on.
        long ours = SystemCall.WRITE.make(2, own.address(), Long.BYTES);
        long _ = SystemCall.EXIT_GROUP.make(-ours);
      }
      String end = awaitChild(child, ordinary);
      if (!end.isEmpty()) {
        compareOwn();
        return end;
      }
    }
    return "no child came to its end";
  }

  private static String written(long address) {
    return Long.toString(SystemCall.WRITE.make(-1, address, Long.BYTES));
  }

  /** How it ended; empty if it did not, because another thread was about to stop this one. */
  private static String awaitChild(long child, MemorySegment status) throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      if (SystemCall.WAIT4.make(child, status.address(), WNOHANG, 0) == child) {
        return Long.toString(status.get(JAVA_LONG, 0) >> 8 & 0xff);
      }
      Thread.sleep(10);
    }
    long _ = SystemCall.KILL.make(child, SIGKILL);
    long _ = SystemCall.WAIT4.make(child, status.address(), 0, 0);
    return "";
  }

  /** Each thread that has faults is interrupted some hundred times a second. */
  private String signals() throws InterruptedException {
    long pid = SystemCall.GETPID.make();
    long sent = 0;
    for (int i = 0; i < 500; i++) {
      for (Checker checker : checkers) {
        // A JVM has a handler for it, which does nothing.
        sent += SystemCall.TGKILL.make(pid, checker.threadId, SIGPIPE) == 0 ? 1 : 0;
      }
      Thread.sleep(1);
    }
    return Long.toString(sent);
  }

  /** More of them than carriers wait for memory at a time; how many came to their end. */
  private String virtualThreads() throws InterruptedException {
    LongAdder ended = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < VIRTUAL_THREADS; i++) {
      int first = expected.length / 2 + i;
      threads.add(Thread.startVirtualThread(() -> compareSome(first, ended)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return ended.toString();
  }

  private void compareSome(int first, LongAdder ended) {
    for (int page = first; page < expected.length; page += VIRTUAL_THREADS) {
      Checker.compare(
          "own page " + page, own.get(JAVA_LONG, (long) page * PAGE_BYTES), expected[page]);
    }
    ended.increment();
  }

  /** Becomes another program; says why if it does not. */
  private static String become() {
    Arena arena = Arena.global();
    MemorySegment program = arena.allocateFrom("/bin/sleep");
    MemorySegment words = arena.allocate(24, 8);
    words.set(JAVA_LONG, 0, program.address());
    words.set(JAVA_LONG, 8, arena.allocateFrom("600").address());
    return Long.toString(SystemCall.EXECVE.make(program.address(), words.address(), 0));
  }

  private void compareOwn() {
    for (int page = 0; page < expected.length; page++) {
      Checker.compare(
          "own page " + page, own.get(JAVA_LONG, (long) page * PAGE_BYTES), expected[page]);
    }
  }

  private void end() throws InterruptedException {
    compareOwn();
    for (Checker checker : checkers) {
      checker.ends = true;
      checker.join();
      checker.compareAll();
    }
  }

  private static final class Checker extends Thread {
    private final MemorySegment memory;
    private final LongAdder done;
    private final long[] expected;
    private volatile boolean ends;
    private volatile long threadId;

    Checker(MemorySegment memory, LongAdder done) {
      this.memory = memory;
      this.done = done;
      expected = new long[(int) (memory.byteSize() / PAGE_BYTES)];
      setDaemon(true);
    }

    @Override
    public void run() {
      threadId = SystemCall.GETTID.make();
      SplittableRandom random = new SplittableRandom(threadId);
      for (long next = 1; !ends; next++) {
        int page = random.nextInt(expected.length);
        compare(page);
        if (random.nextBoolean()) {
          expected[page] = next;
          memory.set(JAVA_LONG, (long) page * PAGE_BYTES, next);
        }
        done.increment();
      }
    }

    void compareAll() {
      for (int page = 0; page < expected.length; page++) {
        compare(page);
      }
    }

    private void compare(int page) {
      compare("page " + page, memory.get(JAVA_LONG, (long) page * PAGE_BYTES), expected[page]);
    }

    static void compare(String what, long found, long expected) {
      if (found != expected) {
        System.out.println(what + " has " + found + " for " + expected);
        Runtime.getRuntime().halt(3);
      }
    }
  }
}
