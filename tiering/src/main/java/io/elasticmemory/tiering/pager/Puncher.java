package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Pages;
import io.elasticmemory.wire.BlockWord;

/**
 * Frees pages of blocks: every punch of the shard is made here, so that invariant 3 has one place
 * to be asserted. What has gone counts as absent at once. Allocates nothing after construction.
 */
final class Puncher {
  private final Blocks blocks;
  private final Pages pages;
  private final Rules rules;

  /** What the application has removed, for {@link #forgetRemoved}. */
  private final Mask removed;

  private final Mask noSubblocks;

  Puncher(Blocks blocks, Pages pages, Rules rules) {
    this.blocks = blocks;
    this.pages = pages;
    this.rules = rules;
    removed = new Mask(blocks.geometry.subblocks());
    noSubblocks = new Mask(blocks.geometry.subblocks());
  }

  /**
   * Frees the pages of these subblocks and checks that they are gone.
   *
   * @param subblocks present ones; those that could not be freed are taken out of the set
   * @param zeros those among them that were read as zero under protection
   * @param discarding the application has given up their contents
   * @return true if all are gone
   */
  boolean punch(int block, Mask subblocks, Mask zeros, boolean discarding) {
    boolean all = true;
    for (int from = subblocks.nextSet(0); from < subblocks.size(); ) {
      int to = spanEnd(block, subblocks, from, discarding);
      for (int subblock = from; subblock < to; subblock++) {
        if (!rules.mayPunch(blocks.isStored(block, subblock), zeros.get(subblock), discarding)) {
          throw new IllegalStateException(
              "invariant 3: punch of subblock "
                  + subblock
                  + " of block "
                  + block
                  + ", which is neither stored nor zero nor discarded; "
                  + BlockWord.describe(blocks.word(block)));
        }
      }
      all &= punchSpan(block, from, to, subblocks);
      from = subblocks.nextSet(to);
    }
    return all;
  }

  /**
   * How far one punch may go that begins with {@code from}: over gaps, too, where nothing is
   * present and the slot has the bytes, or they are given up. A page there would be somebody
   * else's.
   */
  private int spanEnd(int block, Mask subblocks, int from, boolean discarding) {
    int to = subblocks.nextClear(from);
    for (int next = subblocks.nextSet(to);
        next < subblocks.size() && isGap(block, to, next, discarding);
        next = subblocks.nextSet(to)) {
      to = subblocks.nextClear(next);
    }
    return to;
  }

  private boolean isGap(int block, int from, int to, boolean discarding) {
    for (int s = from; s < to; s++) {
      if (blocks.isPresent(block, s) || !(discarding || blocks.isStored(block, s))) {
        return false;
      }
    }
    return true;
  }

  private boolean punchSpan(int block, int from, int to, Mask subblocks) {
    long start = blocks.geometry.offsetOf(block, from);
    long end = start + (long) (to - from) * blocks.subblockBytes();
    blocks.table.requireEpoch();
    pages.punch(start, end - start);
    boolean gone = pages.nextPresent(start, end) == end;
    boolean all = true;
    for (int s = subblocks.nextSet(from); s < to; s = subblocks.nextSet(s + 1)) {
      if (gone || !blocks.hasPages(block, s)) {
        blocks.residency.remove(block, s);
      } else {
        subblocks.remove(s);
        all = false;
      }
    }
    blocks.gaugeResident();
    blocks.settleQueues(block);
    return all;
  }

  /**
   * Frees the pages of neighbouring blocks whose subblocks are all stored, present or not, with one
   * call.
   *
   * @return false if that was not possible or some are still there: look at each block by itself
   */
  boolean punchStored(int firstBlock, int count) {
    for (int block = firstBlock; block < firstBlock + count; block++) {
      for (int s = 0; s < blocks.geometry.subblocks(); s++) {
        if (!blocks.isStored(block, s)) {
          return false;
        }
      }
    }
    long start = blocks.geometry.offsetOf(firstBlock);
    long end = start + (long) count * blocks.geometry.blockBytes();
    blocks.table.requireEpoch();
    pages.punch(start, end - start);
    if (pages.nextPresent(start, end) < end) {
      return false;
    }
    for (int block = firstBlock; block < firstBlock + count; block++) {
      blocks.residency.removeAll(block);
      blocks.settleQueues(block);
    }
    blocks.gaugeResident();
    return true;
  }

  /**
   * The application has removed pages of a stored subblock: what is left of it goes too, and the
   * slot has its bytes.
   */
  void forgetRemoved(int block, int subblock) {
    removed.clear();
    removed.add(subblock);
    if (!punch(block, removed, noSubblocks, false)) {
      blocks.residency.remove(block, subblock);
      blocks.gaugeResident();
      blocks.settleQueues(block);
    }
  }

  /** Frees pages that do not count where a stored subblock is absent. */
  void punchAlien(int block, int subblock) {
    if (!blocks.isStored(block, subblock) || blocks.isPresent(block, subblock)) {
      throw new IllegalStateException(
          "invariant 3: subblock " + subblock + " of " + blocks.describe(block) + " is not alien");
    }
    blocks.table.requireEpoch();
    pages.punch(blocks.geometry.offsetOf(block, subblock), blocks.subblockBytes());
  }
}
