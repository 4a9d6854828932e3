package io.elasticmemory.tiering.pager;

import io.elasticmemory.Advice;
import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.policy.PrefetchPolicy;
import io.elasticmemory.tiering.policy.PrefetchPolicy.Plan;
import io.elasticmemory.wire.BlockWord;
import org.jspecify.annotations.Nullable;

/**
 * Brings stored subblocks back: the demanded one first, the rest of its block behind it. What comes
 * is checked against its mark before it is installed, always write-protected.
 */
final class Fetcher {
  /** Runs of one block brought in ahead at a time. */
  private static final int RUNS_AHEAD_MAX = 4;

  /** Plans kept until the end of a turn; what is beyond was not worth much. */
  private static final int PLANS_MAX = 64;

  private static final int HINT_SPARE_MAX = 16;

  private static final long RETRY_NANOS_MIN = 1_000_000L;
  private static final long RETRY_NANOS_MAX = 100_000_000L;

  private final Blocks blocks;
  private final Frames frames;

  /** Those in use come first. */
  private final Arrival[] arrivals;

  private int arrivalsInUse;
  private boolean hasRetries;

  /** Frames that hints leave to faults and what is brought along with them. */
  private final int hintSpare;

  private final Checksum checksum;
  private final PrefetchPolicy prefetch;
  private final Purse purse;
  private final Plan[] plans = new Plan[PLANS_MAX];
  private int planCount;
  private final Warden warden;
  private final Mover mover;
  private final int pageBytes;
  private final long faultTimeoutNanos;
  private final Mask wanted;
  private final Mask mask;
  private final int subblockShift;

  Fetcher(
      Blocks blocks,
      Frames frames,
      Checksum checksum,
      PrefetchPolicy prefetch,
      Purse purse,
      Mover mover,
      Warden warden,
      ShardSettings settings) {
    this.blocks = blocks;
    this.frames = frames;
    this.checksum = checksum;
    this.prefetch = prefetch;
    this.purse = purse;
    this.mover = mover;
    this.warden = warden;
    pageBytes = settings.pageBytes();
    faultTimeoutNanos = settings.faultTimeoutNanos();
    wanted = new Mask(blocks.geometry.subblocks());
    mask = new Mask(blocks.geometry.subblocks());
    for (int i = 0; i < PLANS_MAX; i++) {
      plans[i] = new Plan();
    }
    subblockShift = Integer.numberOfTrailingZeros(blocks.geometry.subblocks());
    hintSpare = Math.min(HINT_SPARE_MAX, frames.count() / 4);
    arrivals = new Arrival[frames.count()];
    for (int i = 0; i < arrivals.length; i++) {
      arrivals[i] = new Arrival(this);
      arrivals[i].place = i;
      blocks.slots.register(arrivals[i]);
    }
  }

  /**
   * Sees to it that a stored, absent subblock of a block that is idle or FETCHING comes.
   *
   * @return false if there is no frame or buffer for it now
   */
  boolean demand(int block, int subblock, boolean write) {
    Arrival under = arrivalOf(block, subblock);
    if (under != null) {
      if (!under.demanded) {
        under.demanded = true;
        under.deadline = blocks.clock.nanoTime() + faultTimeoutNanos;
        if (under.hasUnstarted()) {
          under.unstarted().hurry();
        }
        plan(block, subblock);
      }
      return true;
    }
    if (!frames.hasFor(1, 0) || !blocks.budget.promise(1)) {
      return false;
    }
    if (!blocks.residency.hasPresent(block)) {
      purse.missed(blocks.leftAgo(block));
    }
    begin(block, subblock, 1, true, write);
    plan(block, subblock);
    return true;
  }

  /** Asks what is worth bringing along; it is asked for when the demanded one has been sent. */
  private void plan(int block, int subblock) {
    if (planCount < PLANS_MAX) {
      Plan plan = plans[planCount++];
      prefetch.demanded(((long) block << subblockShift) + subblock, plan);
    }
  }

  /** Lets others see of how much use it is to bring subblocks along. */
  void gauge() {
    blocks.counters.set(Counter.aheadJudged, prefetch.judged());
    blocks.counters.set(Counter.aheadUsed, prefetch.used());
  }

  /** A range will be used in some way. */
  void advise(long offset, long bytes, Advice advice) {
    int subblockBytes = blocks.subblockBytes();
    prefetch.advise(offset / subblockBytes, (offset + bytes - 1) / subblockBytes, advice);
  }

  /**
   * Asks for what is worth bringing along with what was demanded lately, as far as there is room.
   * Returns true if anything was asked for.
   */
  boolean followPlans() {
    boolean began = false;
    for (int i = 0; i < planCount; i++) {
      Plan plan = plans[i];
      began |= bringRange(plan.unitFrom, plan.unitTo - 1) > plan.unitFrom;
      began |= plan.count > 0 && followStream(plan);
    }
    planCount = 0;
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
    prefetch.followed(plan.stream, next);
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
    int activity = blocks.activity(block);
    if (activity != BlockWord.NONE && activity != BlockWord.FETCHING) {
      return true;
    }
    if (!blocks.hasStored(block)) {
      return true;
    }
    selectAbsent(block, from, to);
    return wanted.isEmpty() || bringWanted(block);
  }

  /** True while there are buffers beyond the one kept for the next fault. */
  boolean canBringAhead() {
    return frames.freeCount() > 1;
  }

  /** Brings the stored subblocks of an idle block in ahead of need, as far as there is room. */
  boolean ahead(int block) {
    int activity = blocks.activity(block);
    if (activity != BlockWord.NONE && activity != BlockWord.FETCHING) {
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
    int activity = blocks.activity(block);
    if ((activity != BlockWord.NONE && activity != BlockWord.FETCHING)
        || !blocks.isStored(block, subblock)
        || blocks.isPresent(block, subblock)
        || arrivalOf(block, subblock) != null) {
      return true;
    }
    if (!frames.hasFor(1, hintSpare)) {
      return false;
    }
    if (!blocks.budget.promiseAhead(1)) {
      blocks.budget.press();
      return false;
    }
    begin(block, subblock, 1, false, false);
    return true;
  }

  /** Selects what is stored, absent and not under way within {@code [from, to)}. */
  private void selectAbsent(int block, int from, int to) {
    blocks.stored(block, wanted);
    blocks.residency.present(block, mask);
    wanted.removeAll(mask);
    for (int i = 0; i < arrivalsInUse; i++) {
      Arrival arrival = arrivals[i];
      if (arrival.block == block) {
        for (int s = arrival.first; s < arrival.first + arrival.count; s++) {
          wanted.remove(s);
        }
      }
    }
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
      if (!frames.hasFor(to - from, 1) || !blocks.budget.promiseAhead(to - from)) {
        return began;
      }
      begin(block, from, to - from, false, false);
      began = true;
      from = wanted.nextSet(to);
    }
    return began;
  }

  private void begin(int block, int first, int count, boolean demanded, boolean write) {
    long word = blocks.word(block);
    Arrival arrival = take(count);
    arrival.block = block;
    arrival.generation = BlockWord.generation(word);
    arrival.first = first;
    arrival.count = count;
    arrival.demanded = demanded;
    arrival.forWrite = write;
    arrival.attempts = 0;
    arrival.begunAt = blocks.clock.nanoTime();
    arrival.deadline = arrival.begunAt + faultTimeoutNanos;
    if (BlockWord.activity(word) == BlockWord.NONE) {
      blocks.word(block, BlockWord.withActivity(word, BlockWord.FETCHING));
    }
    depart(arrival);
  }

  private Arrival take(int count) {
    Arrival arrival = arrivals[arrivalsInUse++];
    arrival.active = true;
    arrival.doomed = false;
    arrival.waitsForRetry = false;
    arrival.frame = frames.take(count);
    return arrival;
  }

  /** Reads from the slot the table names now, which may not be the one of an earlier attempt. */
  private void depart(Arrival arrival) {
    long word = blocks.word(arrival.block);
    arrival.pack();
    arrival.waitsForRetry = false;
    arrival.donor = BlockWord.donor(word);
    arrival.slot = BlockWord.slot(word);
    blocks.slots.addLeg(arrival, frames, 0, arrival.first, arrival.count, false, arrival.demanded);
    blocks.slots.start(arrival);
  }

  private @Nullable Arrival arrivalOf(int block, int subblock) {
    for (int i = 0; i < arrivalsInUse; i++) {
      Arrival arrival = arrivals[i];
      if (arrival.block == block && arrival.covers(subblock) && isWanted(arrival)) {
        return arrival;
      }
    }
    return null;
  }

  private boolean isWanted(Arrival arrival) {
    long word = blocks.word(arrival.block);
    return blocks.rules.isCurrent(word, arrival.generation)
        && BlockWord.activity(word) == BlockWord.FETCHING;
  }

  /** The leg of an arrival has ended. */
  void over(Arrival arrival) {
    if (!isWanted(arrival)) {
      blocks.budget.settle(arrival.count);
      giveBack(arrival);
    } else if (arrival.failure() != Outcome.DONE) {
      blocks.slots.avoid(arrival.donor);
      retry(arrival);
    } else if (!isGood(arrival)) {
      retry(arrival);
    } else {
      blocks.slots.trust(arrival.donor);
      if (arrival.demanded && arrival.attempts == 0) {
        observed(arrival.donor, blocks.clock.nanoTime() - arrival.begunAt);
      }
      install(arrival);
    }
  }

  private void observed(int donor, long nanos) {
    blocks.slots.observed(donor, nanos);
    blocks.counters.add(TierCounters.waitNanos(blocks.slots.tier(donor)), nanos);
  }

  private boolean isGood(Arrival arrival) {
    int bytes = blocks.subblockBytes();
    for (int i = 0; i < arrival.count; i++) {
      int subblock = arrival.first + i;
      int sum = checksum.of(arrival.block, subblock, frames.view(arrival.frame), i * bytes, bytes);
      if (!blocks.table.hasMark(arrival.block, subblock, sum)) {
        blocks.counters.add(Counter.checksumErrors, 1);
        return false;
      }
    }
    return true;
  }

  private void retry(Arrival arrival) {
    long now = blocks.clock.nanoTime();
    if (!arrival.demanded) {
      // Nobody waits: whoever needs it later will ask.
      blocks.budget.settle(arrival.count);
      int block = arrival.block;
      giveBack(arrival);
      endFetching(block);
    } else if (now - arrival.deadline >= 0) {
      lose(arrival);
    } else {
      long pause = RETRY_NANOS_MIN << Math.min(arrival.attempts, 10);
      arrival.attempts++;
      arrival.retryAt = now + Math.min(pause, RETRY_NANOS_MAX);
      arrival.waitsForRetry = true;
      hasRetries = true;
    }
  }

  /** True if, since deadlines were checked, somebody waits for another attempt: milliseconds. */
  boolean hasRetries() {
    return hasRetries;
  }

  private void install(Arrival arrival) {
    int block = arrival.block;
    blocks.budget.settle(arrival.count);
    boolean write = arrival.forWrite && arrival.count == 1;
    int mode = write ? Faults.PROTECTED | Faults.QUIET : Faults.PROTECTED;
    boolean comesBack = !blocks.residency.hasPresent(block);
    boolean all = installRun(arrival, mode);
    Tier tier = blocks.slots.tier(arrival.donor);
    blocks.counters.add(TierCounters.faults(tier), arrival.demanded ? 1 : 0);
    int first = arrival.first;
    boolean demanded = arrival.demanded;
    if (!demanded) {
      blocks.counters.add(Counter.bytesAhead, (long) arrival.count * blocks.subblockBytes());
    }
    giveBack(arrival);
    endFetching(block);
    if (all && write) {
      blocks.makeDirty(block, first);
    }
    // What comes with a stream or a unit is in use as much as what is demanded.
    if (demanded || comesBack) {
      mover.fetched(block, tier);
    }
  }

  /** Installs the run; pages that should not be there are punched first, they are not ours. */
  private boolean installRun(Arrival arrival, int mode) {
    int bytes = blocks.subblockBytes();
    long from = frames.offset(arrival.frame);
    if (blocks.copy(arrival.block, arrival.first, arrival.count, frames.memory(), from, mode)
        == 0) {
      blocks.arrived(arrival.block, arrival.first, arrival.first + arrival.count);
      return true;
    }
    boolean all = true;
    for (int i = 0; i < arrival.count; i++) {
      int subblock = arrival.first + i;
      long start = blocks.geometry.offsetOf(arrival.block, subblock);
      blocks.punchAlien(arrival.block, subblock);
      long at = from + (long) i * bytes;
      long result = blocks.copy(arrival.block, subblock, 1, frames.memory(), at, mode);
      if (result == Faults.PRESENT) {
        result = blocks.repair(arrival.block, subblock, pageBytes, frames.memory(), at, mode);
      }
      if (result == 0) {
        blocks.arrived(arrival.block, subblock, subblock + 1);
      } else {
        all = false;
        // What came in part must not stay: nobody would count it, let it leave or discard it.
        blocks.punchAlien(arrival.block, subblock);
        blocks.faults.wake(start, bytes);
      }
    }
    return all;
  }

  private void endFetching(int block) {
    for (int i = 0; i < arrivalsInUse; i++) {
      Arrival arrival = arrivals[i];
      if (arrival.block == block && isWanted(arrival)) {
        return;
      }
    }
    if (blocks.activity(block) == BlockWord.FETCHING) {
      blocks.table.activity(block, BlockWord.NONE);
      blocks.giveEmptySlotBack(block);
    }
  }

  /** Its place is taken by the last of those in use. */
  private void giveBack(Arrival arrival) {
    arrival.active = false;
    frames.give(arrival.frame);
    Arrival last = arrivals[--arrivalsInUse];
    arrivals[arrival.place] = last;
    arrivals[arrivalsInUse] = arrival;
    last.place = arrival.place;
    arrival.place = arrivalsInUse;
  }

  /** No good answer came in time: stop rather than serve anything else. */
  private void lose(Arrival arrival) {
    int block = arrival.block;
    blocks.counters.add(Counter.blocksLost, 1);
    blocks.table.word(block, BlockWord.withLost(blocks.word(block)));
    String failure = blocks.slots.donor(arrival.donor).lastFailure();
    warden.stop(
        blocks.describe(block)
            + " is lost: "
            + blocks.slots.tier(arrival.donor)
            + " donor "
            + blocks.slots.donor(arrival.donor).name()
            + " gave no good answer within "
            + faultTimeoutNanos / 1_000_000
            + " ms"
            + (failure.isEmpty() ? "" : " (" + failure + ")"));
  }

  /** Retries what is due and stops at what is overdue. Returns nanoseconds to the next time. */
  long checkDeadlines(long now) {
    long next = Long.MAX_VALUE;
    hasRetries = false;
    for (int i = 0; i < arrivalsInUse; i++) {
      Arrival arrival = arrivals[i];
      if (!isWanted(arrival)) {
        continue;
      }
      if (arrival.demanded && now - arrival.deadline >= 0) {
        lose(arrival);
        return 0;
      }
      if (arrival.waitsForRetry && now - arrival.retryAt >= 0) {
        depart(arrival);
      }
      hasRetries |= arrival.waitsForRetry;
      long due = arrival.waitsForRetry ? arrival.retryAt : arrival.deadline;
      next = Math.min(next, Math.max(0, due - now));
    }
    return next;
  }

  /**
   * The block's contents are given up. Arrivals that are only waiting for another attempt end here;
   * the others end for nothing when their leg does, because the generation has changed.
   */
  void abandon(int block) {
    // From the end, because who is given back is replaced from there.
    for (int i = arrivalsInUse - 1; i >= 0; i--) {
      Arrival arrival = arrivals[i];
      if (arrival.block == block && !arrival.isUnderWay()) {
        arrival.dropUnstarted();
        blocks.budget.settle(arrival.count);
        giveBack(arrival);
      }
    }
  }

  /** True if an arrival of a block in the range has a leg under way, wanted or not. */
  boolean isUnderWay(int firstBlock, int blockCount) {
    for (int i = 0; i < arrivalsInUse; i++) {
      Arrival arrival = arrivals[i];
      if (arrival.block >= firstBlock && arrival.block - firstBlock < blockCount) {
        return true;
      }
    }
    return false;
  }
}
