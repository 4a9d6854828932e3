package io.elasticmemory.samples.bench.policy;

/** Evicts what has not been accessed for longest; it sees every access. */
final class ExactLru {
  private ExactLru() {}

  /** Misses in the measured part of a trace, with room for so many blocks. */
  static long misses(Trace trace, int room) {
    // A ring of links with one more place for its head.
    int head = trace.blocks();
    int[] newer = new int[head + 1];
    int[] older = new int[head + 1];
    boolean[] present = new boolean[head];
    newer[head] = head;
    older[head] = head;
    int count = 0;
    long misses = 0;
    int[] accesses = trace.accesses();
    for (int i = 0; i < accesses.length; i++) {
      int block = accesses[i];
      if (present[block]) {
        unlink(newer, older, block);
      } else {
        misses += i >= trace.measuredFrom() ? 1 : 0;
        present[block] = true;
        if (++count > room) {
          int oldest = newer[head];
          unlink(newer, older, oldest);
          present[oldest] = false;
          count--;
        }
      }
      newer[block] = head;
      older[block] = older[head];
      newer[older[head]] = block;
      older[head] = block;
    }
    return misses;
  }

  private static void unlink(int[] newer, int[] older, int block) {
    newer[older[block]] = newer[block];
    older[newer[block]] = older[block];
  }
}
