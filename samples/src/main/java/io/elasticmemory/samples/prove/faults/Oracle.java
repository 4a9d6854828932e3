package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.faults.TruthLayout.Word;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * Looks from outside at what {@link Writers} are at, and never touches their space: whether its
 * threads go on, how long they stood still, and whether one has found what it did not write.
 */
public final class Oracle implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment truth;

  /** Makes the file for so many threads and pages of 4 KiB. */
  public Oracle(Path path, int threads, long pages) throws IOException {
    if (threads > TruthLayout.THREADS_MAX || pages < threads) {
      throw new IllegalArgumentException(
          "%d threads for %d pages; there may be %d, each with a page"
              .formatted(threads, pages, TruthLayout.THREADS_MAX));
    }
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      truth = file.map(MapMode.READ_WRITE, 0, TruthLayout.bytes(pages), arena);
      TruthLayout.format(truth, threads, pages);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Accesses that have ended, of the thread that has the fewest. */
  public long accessesOfTheSlowest() {
    long least = Long.MAX_VALUE;
    for (int thread = 0; thread < TruthLayout.threads(truth); thread++) {
      least = Math.min(least, TruthLayout.get(truth, thread, Word.ACCESSES));
    }
    return least;
  }

  /** How long the oldest access under way has lasted by now, in nanoseconds. */
  public long longestUnderWayNanos() {
    long now = System.nanoTime();
    long longest = 0;
    for (int thread = 0; thread < TruthLayout.threads(truth); thread++) {
      long begun = TruthLayout.get(truth, thread, Word.BEGUN);
      longest = Math.max(longest, begun == 0 ? 0 : now - begun);
    }
    return longest;
  }

  /** The longest access of any thread that has ended since the last time this was asked. */
  public long takeLongestNanos() {
    long longest = 0;
    for (int thread = 0; thread < TruthLayout.threads(truth); thread++) {
      longest = Math.max(longest, TruthLayout.takeLongest(truth, thread));
    }
    return longest;
  }

  /** A page that did not hold what was written to it. */
  public OptionalLong wrongPage() {
    for (int thread = 0; thread < TruthLayout.threads(truth); thread++) {
      long wrong = TruthLayout.get(truth, thread, Word.WRONG);
      if (wrong != 0) {
        return OptionalLong.of(wrong - 1);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    arena.close();
  }
}
