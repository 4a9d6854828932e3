package io.elasticmemory.samples.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a workload. A phase starts them all and waits for them all, so what one phase has
 * written every thread of the next one sees. They are platform threads: one that waits for a page
 * would hold its carrier.
 */
public final class Crew {
  /** What each thread does in a phase. */
  @FunctionalInterface
  public interface Part {
    /** Runs the share of thread number {@code thread}. */
    void run(int thread, Tally tally);
  }

  private final int threads;
  private final WrongWords wrong;
  private final Progress progress;
  private final List<Phase> phases = new ArrayList<>();
  private long hash;

  /** A crew of so many threads. */
  public Crew(int threads, WrongWords wrong, Progress progress) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads, at least 1 is needed");
    }
    this.threads = threads;
    this.wrong = wrong;
    this.progress = progress;
  }

  /** How many there are. */
  public int threads() {
    return threads;
  }

  /** Runs a phase to its end; {@code total} is only for the progress shown. */
  public void run(String name, long total, Part part) {
    List<Tally> tallies = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      tallies.add(new Tally(wrong));
    }
    progress.begin(name, total, () -> tallies.stream().mapToLong(Tally::operations).sum());
    long start = System.nanoTime();
    try {
      runAll(tallies, part);
    } finally {
      progress.end();
    }
    long operations = tallies.stream().mapToLong(Tally::operations).sum();
    phases.add(new Phase(name, operations, (System.nanoTime() - start) / 1e9));
    hash += tallies.stream().mapToLong(Tally::hash).sum();
  }

  /** Phases that have ended, in order. */
  public List<Phase> phases() {
    return Collections.unmodifiableList(phases);
  }

  /** Sum over all words that all threads have read. */
  public long hash() {
    return hash;
  }

  /** First index of a thread's share of {@code count} things; also the end of the one before. */
  public long shareStart(int thread, long count) {
    return count / threads * thread + Math.min(thread, count % threads);
  }

  private void runAll(List<Tally> tallies, Part part) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      started.add(
          Thread.ofPlatform()
              .name("worker-" + thread)
              .uncaughtExceptionHandler((t, thrown) -> failure.compareAndSet(null, thrown))
              .start(() -> part.run(thread, tallies.get(thread))));
    }
    joinAll(started);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a worker failed: " + thrown, thrown);
    }
  }

  /** Waits for all of them even when interrupted: memory must not be freed under a worker. */
  private static void joinAll(List<Thread> started) {
    boolean interrupted = false;
    for (Thread thread : started) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
