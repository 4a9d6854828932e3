package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.policy.PlacementPolicy;
import io.elasticmemory.wire.BlockWord;

/**
 * Lets blocks leave. The order of an eviction, any other loses data: write-protect, name the slot
 * in the table as LEAVING, read out, store, wait until every leg is acknowledged, set
 * <i>stored</i>, punch, check that it is a hole, end the activity, wake.
 */
final class Evictor {
  /** Without an end of a store for so long, nobody waits for the next one. */
  private static final long STALLED_NANOS = 20_000_000;

  /**
   * How long a block stays of which a device held pages when they were punched: longer each time,
   * because a punch zeroes them under the device before they get their bytes back.
   */
  private static final long HELD_NANOS = 100_000_000;

  private static final int HELD_DOUBLINGS_MAX = 14;

  /** How one attempt to let a block leave went. */
  enum Attempt {
    /** It has left. */
    LEFT,
    /** It is on its way. */
    LEAVING,
    /** It cannot leave now; another may. */
    SPARED,
    /** Nobody that must be stored can leave now: no buffer, or no donor with room. */
    STUCK
  }

  private final Blocks blocks;
  private final Frames frames;
  private final TripPool<Departure> departures;
  private final Loader loader;
  private final Destinations destinations;
  private final long storeTimeoutNanos;
  private final Mask present;
  private final Mask clean;
  private final Mask nothing;

  private long leavingSubblocks;

  /** When a store ended last, or the first of those under way began. */
  private long storeEndedAt;

  Evictor(Blocks blocks, Frames frames, Checksum checksum, Mover mover, ShardSettings settings) {
    this.blocks = blocks;
    this.frames = frames;
    storeTimeoutNanos = settings.storeTimeoutNanos();
    int subblocks = blocks.geometry.subblocks();
    present = new Mask(subblocks);
    clean = new Mask(subblocks);
    nothing = new Mask(subblocks);
    departures =
        new TripPool<>(
            Departure[]::new,
            () -> new Departure(this, subblocks),
            frames,
            blocks.traffic::register);
    loader = new Loader(blocks, frames, checksum);
    destinations = new Destinations(blocks, departures, frames.count(), mover);
  }

  /** True if some donor takes blocks, and a frame is or may soon be free. */
  boolean canStore() {
    return blocks.slots.place() != PlacementPolicy.NOWHERE
        && (frames.freeCount() > 0 || !isStalled());
  }

  /** True if stores are under way and none of them ends. */
  boolean isStalled() {
    return frames.freeCount() < frames.count()
        && blocks.clock.nanoTime() - storeEndedAt >= STALLED_NANOS;
  }

  /** Subblocks on their way out. */
  long leavingSubblocks() {
    return leavingSubblocks;
  }

  /** Tries to let one block leave. */
  Attempt evict(int block) {
    long word = blocks.word(block);
    if (!mayLeave(block, word)) {
      blocks.replacement.spared(block);
      return Attempt.SPARED;
    }
    select(block);
    if (clean.count() == present.count()) {
      return leaveClean(block);
    }
    if (frames.freeCount() == 0) {
      return Attempt.STUCK;
    }
    if (BlockWord.hasSlot(word)
        && blocks.traffic.isBusy(BlockWord.donor(word), BlockWord.slot(word))) {
      blocks.replacement.spared(block);
      return Attempt.SPARED;
    }
    if (destinations.holdsItsShare(destinations.of(block, word))) {
      return Attempt.STUCK;
    }
    return depart(block);
  }

  private boolean mayLeave(int block, long word) {
    return BlockWord.activity(word) == BlockWord.NONE
        && !BlockWord.isLost(word)
        && blocks.rules.mayLeave(blocks.residency.has(block, Residency.PINNED))
        && !isHeld(block);
  }

  private boolean isHeld(int block) {
    if (!blocks.residency.has(block, Residency.HELD)) {
      return false;
    }
    int doublings = Math.min(blocks.residency.holds(block) - 1, HELD_DOUBLINGS_MAX);
    return blocks.clock.nanoTime() - blocks.residency.arrivedAt(block) < HELD_NANOS << doublings;
  }

  /** Takes note of whether a device has let go of what was punched. */
  private void noteHeld(int block, boolean gone) {
    if (gone) {
      blocks.residency.letGo(block);
    } else {
      blocks.residency.held(block, blocks.clock.nanoTime());
    }
  }

  /** Selects what is present, and of it what is clean. */
  private void select(int block) {
    blocks.residency.present(block, present);
    blocks.stored(block, clean);
    clean.retainAll(present);
  }

  /** Present subblocks of a block that can leave without being stored, 0 if it cannot. */
  int cleanSubblocks(int block) {
    if (!mayLeave(block, blocks.word(block))) {
      return 0;
    }
    select(block);
    int count = clean.count();
    return count == present.count() ? count : 0;
  }

  /** Lets neighbours leave that {@link #cleanSubblocks} has found clean. */
  void leaveClean(int first, int count) {
    if (count > 1 && blocks.puncher.punchStored(first, count)) {
      Failpoint.EVICT_CLEAN_PUNCHED.reach();
      blocks.faults.wake(
          blocks.geometry.offsetOf(first), (long) count * blocks.geometry.blockBytes());
      blocks.counters.add(Counter.evictionsClean, count);
      return;
    }
    for (int block = first; block < first + count; block++) {
      if (blocks.residency.hasPresent(block)) {
        blocks.residency.present(block, clean);
        if (leaveClean(block) == Attempt.SPARED && blocks.residency.hasPresent(block)) {
          blocks.replacement.spared(block);
        }
      }
    }
  }

  /**
   * Lets those clean subblocks leave of a block that nothing happens to that were not used since it
   * was watched in parts. The block stays: others were.
   */
  void leaveInPart(int block) {
    blocks.residency.present(block, present);
    blocks.stored(block, clean);
    clean.retainAll(present);
    blocks.residency.removeUsed(block, clean);
    int count = clean.count();
    if (count == 0 || count == present.count() || BlockWord.isLost(blocks.word(block))) {
      return;
    }
    leave(block);
    blocks.counters.add(Counter.subblocksTrimmed, count);
  }

  private Attempt leaveClean(int block) {
    boolean gone = leave(block);
    blocks.counters.add(Counter.evictionsClean, 1);
    return gone ? Attempt.LEFT : Attempt.SPARED;
  }

  /** Punches the subblocks that are in {@code clean}; false if some could not be. */
  private boolean leave(int block) {
    boolean gone = blocks.puncher.punch(block, clean, nothing, false);
    Failpoint.EVICT_CLEAN_PUNCHED.reach();
    noteHeld(block, gone);
    if (!gone) {
      blocks.forgetKept(block, nothing);
    }
    blocks.wake(block);
    return gone;
  }

  private Attempt depart(int block) {
    blocks.residency.clear(block, Residency.COOLING);
    Departure departure = take(block);
    loader.nameDirty(departure, present, clean);
    blocks.protect(block, departure.named);
    Failpoint.EVICT_PROTECTED.reach();
    loader.readOut(departure);
    Failpoint.EVICT_READ.reach();
    if (departure.storing.isEmpty()) {
      return leaveAsZeros(departure);
    }
    blocks.replacement.spared(block);
    long word = blocks.word(block);
    if (BlockWord.hasSlot(word) && !destinations.keepSlot(departure, word)) {
      giveUp(departure);
      return Attempt.SPARED;
    }
    if (departure.slot < 0 && !destinations.takeSlot(departure)) {
      giveUp(departure);
      return Attempt.STUCK;
    }
    beginStore(departure);
    return Attempt.LEAVING;
  }

  private Departure take(int block) {
    long now = blocks.clock.nanoTime();
    if (departures.inUse() == 0) {
      storeEndedAt = now;
    }
    Departure departure = departures.take(block, frames.take(), now);
    departure.donor = PlacementPolicy.NOWHERE;
    departure.slot = -1;
    departure.sealed = false;
    departure.deadline = now + storeTimeoutNanos;
    return departure;
  }

  private Attempt leaveAsZeros(Departure departure) {
    int block = departure.block;
    boolean gone = punchAll(departure);
    Failpoint.EVICT_ZERO_PUNCHED.reach();
    departures.giveBack(departure);
    blocks.wake(block);
    blocks.giveEmptySlotBack(block);
    blocks.counters.add(Counter.evictionsZero, 1);
    if (blocks.residency.hasPresent(block)) {
      blocks.replacement.spared(block);
      return gone ? Attempt.LEAVING : Attempt.SPARED;
    }
    return Attempt.LEFT;
  }

  private void beginStore(Departure departure) {
    blocks.table.requireEpoch();
    int block = departure.block;
    long word = BlockWord.withNextGeneration(blocks.word(block));
    word = BlockWord.withSlot(word, departure.donor, departure.slot);
    departure.generation = BlockWord.generation(word);
    blocks.residency.set(block, Residency.HAS_ENTRY);
    loader.markAll(departure);
    blocks.word(block, BlockWord.withActivity(word, BlockWord.LEAVING));
    Failpoint.EVICT_NAMED.reach();
    leavingSubblocks += departure.named.count();
    leavingSubblocks -= loader.addLegs(departure);
    blocks.traffic.start(departure);
    Failpoint.EVICT_SENT.reach();
  }

  /** All legs have ended. */
  void over(Departure departure) {
    storeEndedAt = blocks.clock.nanoTime();
    int block = departure.block;
    boolean current =
        blocks.rules.isCurrent(blocks.word(block), departure.generation)
            && blocks.activity(block) == BlockWord.LEAVING;
    if (current && departure.failure() == Outcome.DONE) {
      complete(departure);
    } else if (current && departure.failure() == Outcome.REFUSED) {
      passOn(departure);
    } else if (current) {
      blocks.slots.avoid(departure.donor);
      cancel(departure);
      departures.giveBack(departure);
    } else {
      departures.giveBack(departure);
    }
  }

  /** Its donor is well but does not want the block, which is read out and goes on to another. */
  private void passOn(Departure departure) {
    if (destinations.change(departure)) {
      departure.pack();
      departure.deadline = blocks.clock.nanoTime() + storeTimeoutNanos;
      leavingSubblocks -= loader.addLegs(departure);
      blocks.traffic.start(departure);
    } else {
      cancel(departure);
      departures.giveBack(departure);
    }
  }

  private void complete(Departure departure) {
    int block = departure.block;
    if (!blocks.rules.isStored(departure.legCount(), departure.acknowledged())) {
      throw new IllegalStateException(
          "invariant 2: "
              + departure.acknowledged()
              + " of "
              + departure.legCount()
              + " legs acknowledged for "
              + blocks.describe(block));
    }
    blocks.slots.trust(departure.donor);
    leavingSubblocks -= departure.named.count();
    Failpoint.EVICT_ACKNOWLEDGED.reach();
    blocks.table.addStored(block, departure.storing);
    Failpoint.EVICT_STORED.reach();
    punchAll(departure);
    Failpoint.EVICT_PUNCHED.reach();
    blocks.table.activity(block, BlockWord.NONE);
    Failpoint.EVICT_ENDED.reach();
    departures.giveBack(departure);
    blocks.wake(block);
    blocks.counters.add(Counter.evictionsDirty, 1);
    if (blocks.residency.hasPresent(block)) {
      blocks.replacement.spared(block);
    }
  }

  /** Punches what the departure named, and what is clean anyway. */
  private boolean punchAll(Departure departure) {
    int block = departure.block;
    blocks.residency.present(block, present);
    blocks.stored(block, clean);
    clean.addAll(departure.zeros);
    clean.retainAll(present);
    boolean gone = blocks.puncher.punch(block, clean, departure.zeros, false);
    noteHeld(block, gone);
    if (!gone) {
      restoreHeld(departure);
    }
    return gone;
  }

  /**
   * A device holds some pages, so that the punch zeroed and kept them. Those the departure read out
   * get their bytes back from the frame; the others, which were clean before, from their slot at
   * the next fault.
   */
  private void restoreHeld(Departure departure) {
    int block = departure.block;
    blocks.residency.present(block, present);
    loader.putBack(departure, present);
    blocks.forgetKept(block, departure.named);
  }

  /** True if the subblock is part of the block's eviction under way. */
  boolean isLeaving(int block, int subblock) {
    Departure departure = departures.of(block);
    return departure != null && departure.named.get(subblock);
  }

  /**
   * Gives an eviction up: its block is needed. Its slot stays busy until the last leg has ended.
   */
  void cancel(int block) {
    Departure departure = departures.of(block);
    if (departure == null) {
      throw new IllegalStateException(blocks.describe(block) + " is LEAVING without a departure");
    }
    blocks.counters.add(Counter.evictionsCancelled, 1);
    cancel(departure);
  }

  private void cancel(Departure departure) {
    int block = departure.block;
    abandon(departure);
    blocks.table.activity(block, BlockWord.NONE);
    blocks.unprotect(block, departure.named);
    blocks.giveEmptySlotBack(block);
    blocks.replacement.spared(block);
  }

  /** The block's contents are given up; whatever ends later ends for nothing. */
  void abandon(int block) {
    Departure departure = departures.of(block);
    if (departure != null) {
      abandon(departure);
    }
  }

  private void abandon(Departure departure) {
    departure.cancelled = true;
    departure.dropUnstarted();
    leavingSubblocks -= departure.named.count();
    departures.giveBackIfQuiet(departure);
  }

  private void giveUp(Departure departure) {
    blocks.unprotect(departure.block, departure.named);
    departures.giveBack(departure);
  }

  /** Gives up on donors that do not answer. Returns the nanoseconds until the next deadline. */
  long checkDeadlines(long now) {
    long next = Long.MAX_VALUE;
    // From the end, because who is given back is replaced from there.
    for (int i = departures.inUse() - 1; i >= 0; i--) {
      Departure departure = departures.get(i);
      if (departure.late) {
        continue;
      }
      if (now - departure.deadline >= 0) {
        blocks.counters.add(Counter.transfersLate, 1);
        if (!departure.cancelled) {
          cancel(departure);
        }
        blocks.traffic.late(departure);
      } else {
        next = Math.min(next, departure.deadline - now);
      }
    }
    return next;
  }

  /** True if a departure for a block in the range has legs under way, wanted or not. */
  boolean isUnderWay(int firstBlock, int blockCount) {
    return departures.hasAny(firstBlock, blockCount);
  }
}
