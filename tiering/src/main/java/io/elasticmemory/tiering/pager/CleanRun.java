package io.elasticmemory.tiering.pager;

/**
 * Blocks of one group of neighbours that leave together because all they have in DRAM is stored:
 * what came in a stream leaves in a stream, in whatever order, with one punch for many blocks. It
 * lives within one turn of {@link Victims}; nothing else happens to its blocks meanwhile.
 */
final class CleanRun {
  /** Bytes of a group: the kernel unmaps and frees them in one call. */
  private static final int GROUP_BYTES = 1 << 20;

  private final int groupBlocks;
  private final Mask leaving;
  private int first;
  private long subblocks;

  CleanRun(int blockBytes) {
    groupBlocks = Math.max(1, GROUP_BYTES / blockBytes);
    leaving = new Mask(groupBlocks);
  }

  /** Subblocks that will be freed with the group. */
  long subblocks() {
    return subblocks;
  }

  /** Takes a block with so many present subblocks, if it belongs to the group. */
  boolean add(int block, int present) {
    int group = block & -groupBlocks;
    if (subblocks == 0) {
      first = group;
    } else if (group != first) {
      return false;
    }
    leaving.add(block - group);
    subblocks += present;
    return true;
  }

  /** Lets the blocks leave. */
  void leave(Evictor evictor) {
    for (int from = leaving.nextSet(0); from < groupBlocks; ) {
      int to = leaving.nextClear(from);
      evictor.leaveClean(first + from, to - from);
      from = leaving.nextSet(to);
    }
    leaving.clear();
    subblocks = 0;
  }
}
