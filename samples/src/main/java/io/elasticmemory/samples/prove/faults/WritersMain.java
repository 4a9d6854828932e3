package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A program whose pagers are killed while its {@link Writers} are at work. Told to end by a line on
 * standard input it has them read every page once more and says {@code whole}.
 *
 * <p>One more thread takes memory and gives it back: what it is given must be zero.
 */
public final class WritersMain {
  private static final int PAGE_BYTES = 4096;

  /**
   * What is taken at a time, and how often before the first is given back: for long enough that
   * blocks of it leave.
   */
  private static final long CHURNED_BYTES = 512 << 10;

  private static final int ARENAS_MAX = 24;
  private static final long CHURN_MILLIS = 10;

  private final Emp emp;
  private volatile boolean isOver;

  private WritersMain(Emp emp) {
    this.emp = emp;
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
      new WritersMain(emp).run(new Writers(memory, truth), Long.parseLong(arguments[3]));
    }
  }

  private void run(Writers writers, long seed) throws IOException, InterruptedException {
    writers.start(seed);
    Thread churning = Thread.ofPlatform().start(this::churn);
    System.out.println("working");
    int _ = System.in.read();
    isOver = true;
    writers.end();
    churning.join();
    System.out.println("whole");
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
      int wrong = PageWords.firstWrong(fresh, at, 0, 0);
      if (wrong != PageWords.NONE) {
        long found = fresh.get(JAVA_LONG, at + 8L * wrong);
        Writers.endWrong("page of new memory has %d instead of 0".formatted(found));
      }
      if (at < fresh.byteSize() / 2) {
        PageWords.write(fresh, at, at / PAGE_BYTES, value);
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
}
