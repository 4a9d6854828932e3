package io.elasticmemory.tiering.pager;

import io.elasticmemory.Advice;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.policy.PrefetchPolicy;
import io.elasticmemory.tiering.policy.PrefetchPolicy.Plan;
import io.elasticmemory.wire.BlockWord;

/**
 * Brings subblocks in ahead of need: beside what is demanded as the policy plans it, and what the
 * application names. Never at the cost of demand: a frame is left for the next fault.
 */
final class Prefetcher {
  /** Runs of one block brought in ahead at a time. */
  private static final int RUNS_AHEAD_MAX = 4;

  private static final int HINT_SPARE_MAX = 16;

  private final Blocks blocks;
  private final Frames frames;
  private final Fetcher fetcher;
  private final PrefetchPolicy policy;
  private final Plans plans;
  private final Mask wanted;
  private final Mask mask;
  private final int subblockShift;

  /** Frames that hints leave to faults and what is brought along with them. */
  private final int hintSpare;

  /** Shares its frames with the fetcher. */
  Prefetcher(Blocks blocks, Frames frames, Fetcher fetcher, PrefetchPolicy policy, Plans plans) {
    this.blocks = blocks;
    this.frames = frames;
    this.fetcher = fetcher;
    this.policy = policy;
    this.plans = plans;
    wanted = new Mask(blocks.geometry.subblocks());
    mask = new Mask(blocks.geometry.subblocks());
    subblockShift = Integer.numberOfTrailingZeros(blocks.geometry.subblocks());
    hintSpare = Math.min(HINT_SPARE_MAX, frames.count() / 4);
  }

  /** Lets others see of how much use it is to bring subblocks along. */
  void gauge() {
    blocks.counters.set(Counter.aheadJudged, policy.judged());
    blocks.counters.set(Counter.aheadUsed, policy.used());
  }

  /** True if what is not touched of a block may leave alone. */
  boolean isUsedInParts(int block) {
    return policy.isUsedInParts(startOf(block));
  }

  /** A range will be used in some way. */
  void advise(long offset, long bytes, Advice advice) {
    int subblockBytes = blocks.subblockBytes();
    policy.advise(offset / subblockBytes, (offset + bytes - 1) / subblockBytes, advice);
  }

  /**
   * Asks for what is worth bringing along with what was demanded lately, as far as there is room.
   * Returns true if anything was asked for.
   */
  boolean followPlans() {
    boolean began = false;
    for (int i = 0; i < plans.count(); i++) {
      Plan plan = plans.get(i);
      began |= bringRange(plan.unitFrom, plan.unitTo - 1) > plan.unitFrom;
      began |= plan.count > 0 && followStream(plan);
    }
    plans.clear();
    return began;
  }

  private boolean followStream(Plan plan) {
    long next;
    if (plan.stride == 1) {
      next = bringRange(plan.from, plan.from + plan.count - 1);
    } else if (plan.stride == -1) {
      next = bringRangeDown(plan.from, plan.from - plan.count + 1);
    } else {
      next = bringSteps(plan);
    }
    policy.followed(plan.stream, next);
    return next != plan.from;
  }

  /** Brings what is stored and absent from one subblock up to another; returns how far it got. */
  private long bringRange(long first, long last) {
    long end = Math.min(last, lastSubblock());
    for (long at = first; at <= end; ) {
      int block = (int) (at >>> subblockShift);
      long blockEnd = Math.min(end, at | blocks.geometry.subblocks() - 1L);
      if (!bringPart(block, (int) (at - startOf(block)), (int) (blockEnd - startOf(block)) + 1)) {
        return at;
      }
      at = blockEnd + 1;
    }
    return last + 1;
  }

  private long bringRangeDown(long first, long last) {
    long end = Math.max(last, 0);
    for (long at = first; at >= end; ) {
      int block = (int) (at >>> subblockShift);
      long blockStart = Math.max(end, startOf(block));
      if (!bringPart(block, (int) (blockStart - startOf(block)), (int) (at - startOf(block)) + 1)) {
        return at;
      }
      at = blockStart - 1;
    }
    return last - 1;
  }

  private long bringSteps(Plan plan) {
    long at = plan.from;
    for (int i = 0; i < plan.count && at >= 0 && at <= lastSubblock(); i++) {
      int block = (int) (at >>> subblockShift);
      int subblock = (int) (at - startOf(block));
      if (!bringPart(block, subblock, subblock + 1)) {
        break;
      }
      at += plan.stride;
    }
    return at;
  }

  private long startOf(int block) {
    return (long) block << subblockShift;
  }

  private long lastSubblock() {
    return startOf(blocks.geometry.blockCount()) - 1;
  }

  /** Brings a part of a block; false if there was no room for it. */
  private boolean bringPart(int block, int from, int to) {
    if (!mayCome(block) || !blocks.hasStored(block)) {
      return true;
    }
    selectAbsent(block, from, to);
    return wanted.isEmpty() || bringWanted(block);
  }

  private boolean mayCome(int block) {
    blocks.adopt(block);
    int activity = blocks.activity(block);
    return activity == BlockWord.NONE || activity == BlockWord.FETCHING;
  }

  /** True while there are buffers beyond the one kept for the next fault. */
  boolean canBringAhead() {
    return frames.freeCount() > 1;
  }

  /** Brings the stored subblocks of an idle block in ahead of need, as far as there is room. */
  boolean ahead(int block) {
    if (!mayCome(block)) {
      return false;
    }
    selectAbsent(block, 0, blocks.geometry.subblocks());
    return bringWanted(block);
  }

  /**
   * Brings a subblock in ahead of need because the application has asked for it, if it is stored,
   * absent, and of a block that is idle or FETCHING.
   *
   * @return false if there is no room for it now
   */
  boolean hinted(int block, int subblock) {
    if (!mayCome(block)
        || !blocks.isStored(block, subblock)
        || blocks.isPresent(block, subblock)
        || fetcher.isComing(block, subblock)) {
      return true;
    }
    if (!frames.hasFor(1, hintSpare) || fetcher.hasItsShare(block)) {
      return false;
    }
    if (!blocks.budget.promiseAhead(1)) {
      blocks.budget.press();
      return false;
    }
    fetcher.bring(block, subblock, 1);
    return true;
  }

  /** Selects what is stored, absent and not under way within {@code [from, to)}. */
  private void selectAbsent(int block, int from, int to) {
    blocks.stored(block, wanted);
    blocks.residency.present(block, mask);
    wanted.removeAll(mask);
    fetcher.removeComing(block, wanted);
    for (int s = wanted.nextSet(0); s < wanted.size(); s = wanted.nextSet(s + 1)) {
      if (s < from || s >= to) {
        wanted.remove(s);
      }
    }
  }

  private boolean bringWanted(int block) {
    boolean began = false;
    int runs = 0;
    for (int from = wanted.nextSet(0); from < wanted.size() && runs < RUNS_AHEAD_MAX; runs++) {
      int to = wanted.nextClear(from);
      // One frame is left for the next fault.
      boolean mayCome = frames.hasFor(to - from, 1) && !fetcher.hasItsShare(block);
      if (!mayCome || !blocks.budget.promiseAhead(to - from)) {
        return began;
      }
      fetcher.bring(block, from, to - from);
      began = true;
      from = wanted.nextSet(to);
    }
    return began;
  }
}
