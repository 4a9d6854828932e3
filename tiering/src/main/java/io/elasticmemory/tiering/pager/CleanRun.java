package io.elasticmemory.tiering.pager;

/**
 * Neighbouring blocks that leave together because all they have in DRAM is stored: what came in a
 * stream leaves in a stream, with one punch for many blocks. It lives within one turn of {@link
 * Victims}; nothing else happens to its blocks meanwhile.
 */
final class CleanRun {
  /** Bytes of a run at most: the kernel unmaps and frees them in one call. */
  private static final int RUN_BYTES_MAX = 1 << 20;

  private final int blocksMax;
  private int first;
  private int count;
  private long subblocks;

  CleanRun(int blockBytes) {
    blocksMax = Math.max(1, RUN_BYTES_MAX / blockBytes);
  }

  /** Subblocks that will be freed with the run. */
  long subblocks() {
    return subblocks;
  }

  /** Takes a block with so many present subblocks, if it continues the run. */
  boolean add(int block, int present) {
    if (count == 0) {
      first = block;
    } else if (count == blocksMax || block != first + count) {
      return false;
    }
    count++;
    subblocks += present;
    return true;
  }

  /** Lets the run leave. */
  void leave(Evictor evictor) {
    if (count > 0) {
      evictor.leaveClean(first, count);
    }
    count = 0;
    subblocks = 0;
  }
}
