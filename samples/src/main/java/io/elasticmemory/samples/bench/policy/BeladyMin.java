package io.elasticmemory.samples.bench.policy;

import java.util.Arrays;

/**
 * Evicts what will not be accessed for longest (Belady, 1966): no policy can miss less often, and
 * none that does not know the future can do it.
 */
final class BeladyMin {
  private BeladyMin() {}

  /** Misses in the measured part of a trace, with room for so many blocks. */
  static long misses(Trace trace, int room) {
    int[] accesses = trace.accesses();
    int[] nextUse = nextUses(trace);
    int[] useOfPresent = new int[trace.blocks()];
    Arrays.fill(useOfPresent, -1);
    LatestFirst latest = new LatestFirst(room);
    int count = 0;
    long misses = 0;
    for (int i = 0; i < accesses.length; i++) {
      int block = accesses[i];
      if (useOfPresent[block] < 0) {
        misses += i >= trace.measuredFrom() ? 1 : 0;
        if (++count > room) {
          useOfPresent[latest.takeValid(useOfPresent)] = -1;
          count--;
        }
      }
      useOfPresent[block] = nextUse[i];
      latest.add(nextUse[i], block);
    }
    return misses;
  }

  /** For each access the index of the next one to the same block, or the length of the trace. */
  private static int[] nextUses(Trace trace) {
    int[] accesses = trace.accesses();
    int[] nextUse = new int[accesses.length];
    int[] next = new int[trace.blocks()];
    Arrays.fill(next, accesses.length);
    for (int i = accesses.length - 1; i >= 0; i--) {
      nextUse[i] = next[accesses[i]];
      next[accesses[i]] = i;
    }
    return nextUse;
  }

  /** A heap of blocks by their next use, latest first; what has been used since is passed over. */
  private static final class LatestFirst {
    private long[] heap;
    private int count;

    LatestFirst(int room) {
      heap = new long[Math.max(16, 2 * room)];
    }

    void add(int use, int block) {
      if (count == heap.length) {
        heap = Arrays.copyOf(heap, 2 * count);
      }
      long entry = (long) use << 32 | block;
      int at = count++;
      while (at > 0 && heap[(at - 1) / 2] < entry) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
      }
      heap[at] = entry;
    }

    int takeValid(int[] useOfPresent) {
      while (true) {
        long entry = take();
        int block = (int) entry;
        if (useOfPresent[block] == (int) (entry >>> 32)) {
          return block;
        }
      }
    }

    private long take() {
      long top = heap[0];
      long entry = heap[--count];
      int at = 0;
      while (2 * at + 1 < count) {
        int child = 2 * at + 1;
        if (child + 1 < count && heap[child + 1] > heap[child]) {
          child++;
        }
        if (heap[child] <= entry) {
          break;
        }
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = entry;
      return top;
    }
  }
}
