package io.elasticmemory.samples.bench.ladder;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * The accesses of a workload. The first of every {@value #BATCH} is timed; the clock is looked at
 * twice for that and once for the end, so that it costs little where nothing is missing. Whatever
 * is read goes into a hash. For one thread.
 */
final class Accesses {
  /** One in so many accesses is timed. */
  static final int BATCH = 16;

  /** After so many accesses the hash is that of every other run with the same seed. */
  static final int CHECKED = 512;

  private static final int WORD_BITS = 9;
  private static final int PAGE_WORDS = 1 << WORD_BITS;
  private static final int SPREAD = 0x9E3779B1;

  private final MemorySegment memory;
  private final KeyStream keys;
  private final boolean wholePages;
  private final int writesPercent;
  private final SplittableRandom choices;
  private long count;
  private long hash;
  private long checkedHash;
  private long written;

  Accesses(ProgramPlan plan, MemorySegment memory, KeyStream keys) {
    this.memory = memory;
    this.keys = keys;
    this.wholePages = plan.workload().readsWholePages();
    this.writesPercent = plan.writesPercent();
    this.choices = new SplittableRandom(~plan.seed());
  }

  /**
   * Goes on until a time, and until so many were done in all.
   *
   * @return the time when it ended
   */
  long run(long endNanos, long countMin, TimeHistogram times) {
    long now;
    do {
      now = batch(times);
      if (count == CHECKED) {
        checkedHash = hash;
      }
    } while (now - endNanos < 0 || count < countMin);
    return now;
  }

  private long batch(TimeHistogram times) {
    int page = keys.next();
    // Without fences the processor and the compiler may read before the first look at the clock or
    // after the second.
    long start = System.nanoTime();
    VarHandle.fullFence();
    access(page);
    VarHandle.fullFence();
    long end = System.nanoTime();
    times.record(end - start);
    for (int i = 1; i < BATCH; i++) {
      access(keys.next());
    }
    count += BATCH;
    return end;
  }

  private void access(int page) {
    boolean isWrite = writesPercent > 0 && choices.nextInt(100) < writesPercent;
    long at = (long) page * Content.PAGE_BYTES;
    if (wholePages) {
      readPage(at);
    } else {
      // Any word, not always the first: the same one for the same page.
      at += (long) (page * SPREAD >>> Integer.SIZE - WORD_BITS) * Long.BYTES;
    }
    if (isWrite) {
      memory.set(JAVA_LONG, at, ++written);
    } else if (!wholePages) {
      hash = hash * 31 + memory.get(JAVA_LONG, at);
    }
  }

  private void readPage(long at) {
    long sum = 0;
    for (int i = 0; i < PAGE_WORDS; i++) {
      sum += memory.get(JAVA_LONG, at + (long) i * Long.BYTES);
    }
    hash = hash * 31 + sum;
  }

  /** Accesses so far. */
  long count() {
    return count;
  }

  /** Over everything read. */
  long hash() {
    return hash;
  }

  /** Over what was read in the first {@value #CHECKED} accesses. */
  long checkedHash() {
    return checkedHash;
  }
}
