package io.elasticmemory.samples.app;

import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Locale;

/**
 * What every program here does: it works, says in one line what came of it, and keeps its data
 * until its standard input ends, so that somebody can look at where that data is.
 */
final class Program {
  private Program() {}

  /** The work itself. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param seed chooses data and places
     * @param bytes about as much data is to be kept
     */
    Found run(long seed, long bytes) throws Exception;
  }

  /**
   * What came of it.
   *
   * @param hash of all results, the same for the same seed and bytes wherever the data is
   * @param dataBytes how much data is kept now
   * @param data what keeps it, until it is closed
   */
  record Found(long hash, long dataBytes, AutoCloseable data) {}

  /**
   * Runs the work for the arguments {@code SEED MIB [busy]}: once, or again and again until a run
   * has begun after something was written to standard input. All of them must find the same.
   */
  static void run(String[] arguments, Work work) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    long bytes = Long.parseLong(arguments[1]) << 20;
    Found found = work.run(seed, bytes);
    boolean isLast = arguments.length == 2;
    while (!isLast) {
      found.data().close();
      isLast = System.in.available() > 0;
      Found next = work.run(seed, bytes);
      if (next.hash() != found.hash()) {
        throw new IllegalStateException(
            "found %016x, and %016x before".formatted(next.hash(), found.hash()));
      }
      found = next;
    }
    System.out.printf(Locale.ROOT, "done %016x %d%n", found.hash(), found.dataBytes());
    System.out.flush();
    awaitEndOfInput();
    Reference.reachabilityFence(found.data());
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Whatever is said, only the end counts.
    }
  }
}
