package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.samples.prove.faults.TruthLayout.Word;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Threads that read pages of a space, compare what they find with what they wrote last, which is
 * kept outside of the space, and write anew. The first page that is wrong ends the program with a
 * line that begins with {@code page}, and code 3.
 *
 * <p>Each page has its value in its first and its last word.
 */
public final class Writers {
  private static final int PAGE_BYTES = 4096;
  private static final int EXIT_WRONG = 3;

  private final MemorySegment memory;
  private final MemorySegment truth;
  private final long strideBytes;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean isOver;

  /**
   * Nobody works yet.
   *
   * @param memory of a space; the pages are spread over it
   * @param truth the mapped file, which says how many threads and pages there are
   */
  public Writers(MemorySegment memory, MemorySegment truth) {
    TruthLayout.check(truth);
    this.memory = memory;
    this.truth = truth;
    strideBytes = memory.byteSize() / TruthLayout.pages(truth) / PAGE_BYTES * PAGE_BYTES;
  }

  /** They write every page once, and go on at random. */
  public void start(long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < TruthLayout.threads(truth); i++) {
      int index = i;
      SplittableRandom random = seeds.split();
      threads.add(Thread.ofPlatform().start(() -> work(index, random)));
    }
  }

  /** Has them read every page once more, and waits for that. */
  public void end() throws InterruptedException {
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void work(int thread, SplittableRandom random) {
    int count = TruthLayout.threads(truth);
    long own = TruthLayout.pages(truth) / count;
    long accesses = 0;
    for (long at = 0; at < own; at++) {
      access(thread, at * count + thread, ++accesses, true);
    }
    while (!isOver) {
      access(thread, random.nextLong(own) * count + thread, ++accesses, random.nextBoolean());
    }
    for (long at = 0; at < own; at++) {
      access(thread, at * count + thread, ++accesses, false);
    }
  }

  private void access(int thread, long page, long value, boolean writes) {
    long begun = System.nanoTime();
    TruthLayout.set(truth, thread, Word.BEGUN, begun);
    long start = page * strideBytes;
    compare(thread, page, start);
    if (writes) {
      PageWords.write(memory, start, page, value);
      TruthLayout.written(truth, page, value);
    }
    TruthLayout.lasted(truth, thread, System.nanoTime() - begun);
    TruthLayout.set(truth, thread, Word.BEGUN, 0);
    TruthLayout.set(truth, thread, Word.ACCESSES, value);
  }

  private void compare(int thread, long page, long start) {
    long value = TruthLayout.written(truth, page);
    int wrong = PageWords.firstWrong(memory, start, page, value);
    if (wrong != PageWords.NONE) {
      long found = memory.get(JAVA_LONG, start + 8L * wrong);
      TruthLayout.set(truth, thread, Word.FOUND, found);
      TruthLayout.set(truth, thread, Word.WRONG, page + 1);
      endWrong(
          "page %d has %d instead of %d, in its word %d"
              .formatted(page, found, PageWords.word(page, value, wrong), wrong));
    }
  }

  /** Ends the program at once, because of a word that is not what was written. */
  public static void endWrong(String line) {
    System.out.println(line);
    Runtime.getRuntime().halt(EXIT_WRONG);
  }
}
