package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.FaultKind;
import org.jspecify.annotations.Nullable;

/**
 * Brings stored subblocks back: those that threads wait for, and those that {@link Prefetcher} asks
 * for. What comes is checked against its mark before it is installed, always write-protected.
 */
final class Fetcher {
  private static final long RETRY_NANOS_MIN = 1_000_000L;
  private static final long RETRY_NANOS_MAX = 100_000_000L;

  private final Blocks blocks;
  private final Frames frames;
  private final TripPool<Arrival> arrivals;
  private final Cargo cargo;
  private final Plans plans;
  private final Purse purse;
  private final Losses losses;
  private final Mover mover;
  private final int pageBytes;
  private final long faultTimeoutNanos;

  /** Where the program survives a loss, no donor may have these of all frames as well. */
  private final int framesKept;

  private boolean hasRetries;

  Fetcher(
      Blocks blocks,
      Frames frames,
      Checksum checksum,
      Plans plans,
      Purse purse,
      Mover mover,
      Losses losses,
      ShardSettings settings) {
    this.blocks = blocks;
    this.frames = frames;
    cargo = new Cargo(blocks, frames, checksum);
    this.plans = plans;
    this.purse = purse;
    this.mover = mover;
    this.losses = losses;
    pageBytes = settings.pageBytes();
    faultTimeoutNanos = settings.faultTimeoutNanos();
    framesKept = Math.max(1, frames.count() / 4);
    arrivals =
        new TripPool<>(Arrival[]::new, () -> new Arrival(this), frames, blocks.traffic::register);
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
        plans.demanded(block, subblock, true);
      }
      return true;
    }
    if (losses.isSurvived() && hasTooMany(block)) {
      return losesAtOnce(block, subblock);
    }
    if (hasItsShare(block)) {
      return false;
    }
    if (!frames.hasFor(1, 0) || !blocks.budget.promise(1)) {
      return false;
    }
    if (!blocks.residency.hasPresent(block)) {
      purse.missed(blocks.leftAgo(block));
    }
    begin(block, subblock, 1, true, write);
    plans.demanded(block, subblock, false);
    return true;
  }

  /**
   * True if the donor of a stored block has as many frames as one may, where the program survives a
   * loss: there are some for others if it never answers.
   */
  boolean hasItsShare(int block) {
    return losses.isSurvived() && countOf(block, false) >= frames.count() - framesKept;
  }

  private boolean hasTooMany(int block) {
    return countOf(block, true) >= framesKept;
  }

  /** How many frames the donor of a stored block has, or has had for too long. */
  private int countOf(int block, boolean late) {
    int donor = BlockWord.donor(blocks.word(block));
    long now = blocks.clock.nanoTime();
    int count = 0;
    for (int i = 0; i < arrivals.inUse(); i++) {
      Arrival arrival = arrivals.get(i);
      boolean counts = arrival.donor == donor && arrival.isUnderWay();
      count += counts && (!late || now - arrival.deadline >= 0) ? 1 : 0;
    }
    return count;
  }

  /** A donor that never answers has frames that others need. */
  private boolean losesAtOnce(int block, int subblock) {
    int donor = BlockWord.donor(blocks.word(block));
    losses.happened(
        block,
        "%s donor %s has not answered %d reads for more than %d ms"
            .formatted(
                blocks.slots.tier(donor),
                blocks.slots.donor(donor).name(),
                countOf(block, true),
                faultTimeoutNanos / 1_000_000));
    return losses.answer(block, subblock);
  }

  /** True if what is stored of a block is lost, and nothing on its way can change that. */
  boolean isGone(int block) {
    long word = blocks.word(block);
    return BlockWord.hasSlot(word) && blocks.slots.donor(BlockWord.donor(word)).isGone();
  }

  /** Says that of a block. Returns only if the application goes on. */
  void loseWhatIsGone(int block) {
    losses.happened(block, describeGone(BlockWord.donor(blocks.word(block))));
  }

  private String describeGone(int donor) {
    String failure = blocks.slots.donor(donor).lastFailure();
    return "%s donor %s has lost what it held%s"
        .formatted(
            blocks.slots.tier(donor),
            blocks.slots.donor(donor).name(),
            failure.isEmpty() ? "" : " (" + failure + ")");
  }

  /** True if the subblock is on its way already. */
  boolean isComing(int block, int subblock) {
    return arrivalOf(block, subblock) != null;
  }

  /** Takes out of a selection of a block what is on its way, wanted or not. */
  void removeComing(int block, Mask selection) {
    for (int i = 0; i < arrivals.inUse(); i++) {
      Arrival arrival = arrivals.get(i);
      if (arrival.block == block) {
        for (int s = arrival.first; s < arrival.first + arrival.count; s++) {
          selection.remove(s);
        }
      }
    }
  }

  /**
   * Begins to bring stored, absent subblocks of a block that is idle or FETCHING for nobody who
   * waits. The caller has checked that there is a frame, and has the budget's promise.
   */
  void bring(int block, int first, int count) {
    begin(block, first, count, false, false);
  }

  private void begin(int block, int first, int count, boolean demanded, boolean write) {
    long word = blocks.word(block);
    Arrival arrival = arrivals.take(block, frames.take(count), blocks.clock.nanoTime());
    arrival.generation = BlockWord.generation(word);
    arrival.first = first;
    arrival.count = count;
    arrival.demanded = demanded;
    arrival.forWrite = write;
    arrival.attempts = 0;
    arrival.wrongCopy = Transfer.NO_COPY;
    arrival.wrongAnswers = 0;
    arrival.deadline = arrival.begunAt + faultTimeoutNanos;
    if (BlockWord.activity(word) == BlockWord.NONE) {
      blocks.word(block, BlockWord.withActivity(word, BlockWord.FETCHING));
    }
    Failpoint.FETCH_NAMED.reach();
    depart(arrival);
    Failpoint.FETCH_SENT.reach();
  }

  /** Reads from the slot the table names now, which may not be the one of an earlier attempt. */
  private void depart(Arrival arrival) {
    long word = blocks.word(arrival.block);
    arrival.pack();
    arrival.waitsForRetry = false;
    arrival.donor = BlockWord.donor(word);
    arrival.slot = BlockWord.slot(word);
    blocks.traffic.addLeg(
        arrival, frames, 0, arrival.first, arrival.count, false, arrival.demanded);
    arrival.unstarted().avoid(arrival.wrongCopy);
    blocks.traffic.start(arrival);
  }

  private @Nullable Arrival arrivalOf(int block, int subblock) {
    for (int i = 0; i < arrivals.inUse(); i++) {
      Arrival arrival = arrivals.get(i);
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
      arrivals.giveBack(arrival);
    } else if (arrival.failure() != Outcome.DONE) {
      blocks.slots.avoid(arrival.donor);
      retry(arrival);
    } else if (!isGood(arrival)) {
      arrival.wrongCopy = arrival.leg(0).copy();
      retry(arrival);
    } else {
      Failpoint.FETCH_ARRIVED.reach();
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
    boolean sealed = cargo.isSealedAt(arrival.donor);
    for (int i = 0; i < arrival.count; i++) {
      int subblock = arrival.first + i;
      boolean isOpen = !sealed || cargo.open(arrival.block, subblock, arrival.frame, i * bytes);
      if (!isOpen || !cargo.hasMark(arrival.block, subblock, arrival.frame, i * bytes)) {
        blocks.counters.add(Counter.checksumErrors, 1);
        arrival.wrongAnswers++;
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
      arrivals.giveBack(arrival);
      endFetching(block);
    } else if (now - arrival.deadline >= 0 || blocks.slots.donor(arrival.donor).isGone()) {
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
    // Nobody waits for what came ahead, or his message is unread and will find it there. To wake
    // takes the locks of all who sleep in the space, 5 % of the pager's time with many hints.
    boolean quiet = write || !arrival.demanded;
    int mode = quiet ? Faults.PROTECTED | Faults.QUIET : Faults.PROTECTED;
    boolean comesBack = !blocks.residency.hasPresent(block);
    boolean all = installRun(arrival, mode);
    Failpoint.FETCH_INSTALLED.reach();
    Tier tier = blocks.slots.tier(arrival.donor);
    blocks.counters.add(TierCounters.faults(tier), arrival.demanded ? 1 : 0);
    if (arrival.demanded && blocks.sampling.isAwaited()) {
      long start = blocks.geometry.offsetOf(block, arrival.first);
      long bytes = (long) arrival.count * blocks.subblockBytes();
      blocks.sampling.answered(FaultKind.from(tier), start, bytes, blocks.clock.nanoTime());
    }
    int first = arrival.first;
    boolean demanded = arrival.demanded;
    if (!demanded) {
      blocks.counters.add(Counter.bytesAhead, (long) arrival.count * blocks.subblockBytes());
    }
    arrivals.giveBack(arrival);
    endFetching(block);
    Failpoint.FETCH_ENDED.reach();
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
      blocks.puncher.punchAlien(arrival.block, subblock);
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
        blocks.puncher.punchAlien(arrival.block, subblock);
        blocks.faults.wake(start, bytes);
      }
    }
    return all;
  }

  private void endFetching(int block) {
    for (int i = 0; i < arrivals.inUse(); i++) {
      Arrival arrival = arrivals.get(i);
      if (arrival.block == block && isWanted(arrival)) {
        return;
      }
    }
    if (blocks.activity(block) == BlockWord.FETCHING) {
      blocks.table.activity(block, BlockWord.NONE);
      blocks.giveEmptySlotBack(block);
    }
  }

  /** No good answer came in time: an end with the reason rather than anything else. */
  private void lose(Arrival arrival) {
    int block = arrival.block;
    losses.happened(block, describeLoss(arrival));
    if (losses.isTheEnd(blocks.word(block))) {
      return;
    }
    long start = blocks.geometry.offsetOf(block, arrival.first);
    long bytes = (long) arrival.count * blocks.subblockBytes();
    if (arrival.isUnderWay()) {
      arrival.demanded = false; // it ends for nobody when its leg does
    } else {
      blocks.budget.settle(arrival.count);
      arrivals.giveBack(arrival);
      endFetching(block);
    }
    // Whoever waited faults again, and is answered that it is lost.
    blocks.faults.wake(start, bytes);
  }

  private String describeLoss(Arrival arrival) {
    if (blocks.slots.donor(arrival.donor).isGone()) {
      return describeGone(arrival.donor);
    }
    String failure = blocks.slots.donor(arrival.donor).lastFailure();
    return blocks.slots.tier(arrival.donor)
        + " donor "
        + blocks.slots.donor(arrival.donor).name()
        + " gave no good answer within "
        + faultTimeoutNanos / 1_000_000
        + " ms, in "
        + arrival.attempts
        + " attempts, of which "
        + arrival.wrongAnswers
        + " brought other bytes than were stored"
        + (failure.isEmpty() ? "" : " (" + failure + ")");
  }

  /** Retries what is due and stops at what is overdue. Returns nanoseconds to the next time. */
  long checkDeadlines(long now) {
    long next = Long.MAX_VALUE;
    hasRetries = false;
    for (int i = 0; i < arrivals.inUse(); i++) {
      Arrival arrival = arrivals.get(i);
      if (!isWanted(arrival) || !arrival.demanded) {
        continue; // nobody waits for it
      }
      if (now - arrival.deadline >= 0) {
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
    for (int i = arrivals.inUse() - 1; i >= 0; i--) {
      Arrival arrival = arrivals.get(i);
      if (arrival.block == block && !arrival.isUnderWay()) {
        arrival.dropUnstarted();
        blocks.budget.settle(arrival.count);
        arrivals.giveBack(arrival);
      }
    }
  }

  /** True if an arrival of a block in the range has a leg under way, wanted or not. */
  boolean isUnderWay(int firstBlock, int blockCount) {
    return arrivals.hasAny(firstBlock, blockCount);
  }
}
