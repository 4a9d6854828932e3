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
   * @param kept what must not be collected
   */
  record Found(long hash, long dataBytes, Object kept) {}

  /** Runs the work for the arguments {@code SEED MIB}. */
  static void run(String[] arguments, Work work) throws Exception {
    Found found = work.run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]) << 20);
    System.out.printf(Locale.ROOT, "done %016x %d%n", found.hash(), found.dataBytes());
    System.out.flush();
    awaitEndOfInput();
    Reference.reachabilityFence(found.kept());
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Whatever is said, only the end counts.
    }
  }
}
