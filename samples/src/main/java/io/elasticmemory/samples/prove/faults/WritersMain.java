package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.samples.prove.faults.TruthLayout.Word;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A program whose pagers are killed: its threads read pages of a space, compare what they find with
 * what they wrote last, which is kept outside of the space, and write anew. Told to end by a line
 * on standard input it reads every page once more and says {@code whole}.
 *
 * <p>Each page has its value in its first and its last word. One more thread takes memory and gives
 * it back: what it is given must be zero.
 */
public final class WritersMain {
  private static final int PAGE_BYTES = 4096;
  private static final long LAST_WORD = PAGE_BYTES - Long.BYTES;
  private static final int EXIT_WRONG = 3;

  /** What is taken at a time, and how often before the first is given back. */
  private static final long CHURNED_BYTES = 512 << 10;

  private static final int ARENAS_MAX = 8;
  private static final long CHURN_MILLIS = 10;

  private final Emp emp;
  private final MemorySegment memory;
  private final MemorySegment truth;
  private final long strideBytes;
  private volatile boolean isOver;

  private WritersMain(Emp emp, MemorySegment memory, MemorySegment truth) {
    this.emp = emp;
    this.memory = memory;
    this.truth = truth;
    strideBytes = memory.byteSize() / TruthLayout.pages(truth) / PAGE_BYTES * PAGE_BYTES;
  }

  /** Runs it: {@code PATH SPREAD-MIB TRUTH SEED}; pages and threads are those of the truth. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    try (Emp emp = Emp.open(arguments[0]);
        Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                Path.of(arguments[2]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment truth = file.map(MapMode.READ_WRITE, 0, file.size(), arena);
      TruthLayout.check(truth);
      MemorySegment memory = emp.global().allocate(Long.parseLong(arguments[1]) << 20, PAGE_BYTES);
      new WritersMain(emp, memory, truth).run(Long.parseLong(arguments[3]));
    }
  }

  private void run(long seed) throws IOException, InterruptedException {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < TruthLayout.threads(truth); i++) {
      int index = i;
      SplittableRandom random = seeds.split();
      threads.add(Thread.ofPlatform().start(() -> work(index, random)));
    }
    threads.add(Thread.ofPlatform().start(this::churn));
    System.out.println("working");
    int _ = System.in.read();
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("whole");
  }

  private void work(int thread, SplittableRandom random) {
    int threads = TruthLayout.threads(truth);
    long own = TruthLayout.pages(truth) / threads;
    long count = 0;
    for (long at = 0; at < own; at++) {
      access(thread, at * threads + thread, ++count, true);
    }
    while (!isOver) {
      access(thread, random.nextLong(own) * threads + thread, ++count, random.nextBoolean());
    }
    for (long at = 0; at < own; at++) {
      access(thread, at * threads + thread, ++count, false);
    }
  }

  /** Takes memory anew, which must be zero, and gives back what it took some time ago. */
  private void churn() {
    Deque<Arena> kept = new ArrayDeque<>();
    for (long value = 1; !isOver; value++) {
      Arena arena = emp.ofShared();
      kept.addLast(arena);
      fill(arena.allocate(CHURNED_BYTES, PAGE_BYTES), value);
      if (kept.size() == ARENAS_MAX) {
        kept.removeFirst().close();
      }
      pause();
    }
    kept.forEach(Arena::close);
  }

  /** The second half stays zero. */
  private static void fill(MemorySegment fresh, long value) {
    for (long at = 0; at < fresh.byteSize(); at += PAGE_BYTES) {
      long found = fresh.get(JAVA_LONG, at) | fresh.get(JAVA_LONG, at + LAST_WORD);
      if (found != 0) {
        fail("page of new memory has %d instead of 0".formatted(found));
      }
      if (at < fresh.byteSize() / 2) {
        fresh.set(JAVA_LONG, at, value);
        fresh.set(JAVA_LONG, at + LAST_WORD, value);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(CHURN_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private static void fail(String what) {
    System.out.println(what);
    Runtime.getRuntime().halt(EXIT_WRONG);
  }

  private void access(int thread, long page, long value, boolean writes) {
    long begun = System.nanoTime();
    TruthLayout.set(truth, thread, Word.BEGUN, begun);
    long start = page * strideBytes;
    compare(thread, page, memory.get(JAVA_LONG, start));
    compare(thread, page, memory.get(JAVA_LONG, start + LAST_WORD));
    if (writes) {
      memory.set(JAVA_LONG, start, value);
      memory.set(JAVA_LONG, start + LAST_WORD, value);
      TruthLayout.written(truth, page, value);
    }
    TruthLayout.lasted(truth, thread, System.nanoTime() - begun);
    TruthLayout.set(truth, thread, Word.BEGUN, 0);
    TruthLayout.set(truth, thread, Word.ACCESSES, value);
  }

  private void compare(int thread, long page, long found) {
    if (found != TruthLayout.written(truth, page)) {
      TruthLayout.set(truth, thread, Word.FOUND, found);
      TruthLayout.set(truth, thread, Word.WRONG, page + 1);
      fail("page %d has %d instead of %d".formatted(page, found, TruthLayout.written(truth, page)));
    }
  }
}
