package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.FaultKind;

/**
 * Answers faults. A message says only who waits; what is done follows from the state of the
 * subblock now: this class is that one decision. A fault that cannot be answered now waits in one
 * list, with a deadline, and is looked at again whenever something has changed.
 */
final class FaultServer {
  /** Messages read at a time. */
  private static final int BATCH_MAX = 64;

  /** Times that messages are read in one turn. */
  private static final int BATCHES_MAX = 4;

  private final Blocks blocks;
  private final Fetcher fetcher;
  private final Prefetcher prefetcher;
  private final Evictor evictor;
  private final Victims victims;
  private final Mover mover;
  private final Losses losses;
  private final Warden warden;
  private final int pageBytes;
  private final long faultTimeoutNanos;
  private final FaultBatch batch = new FaultBatch(BATCH_MAX);
  private final WaitingFaults waiting = new WaitingFaults();
  private int lastThread;

  FaultServer(
      Blocks blocks,
      Fetcher fetcher,
      Prefetcher prefetcher,
      Evictor evictor,
      Victims victims,
      Mover mover,
      Losses losses,
      Warden warden,
      ShardSettings settings) {
    this.blocks = blocks;
    this.fetcher = fetcher;
    this.prefetcher = prefetcher;
    this.evictor = evictor;
    this.victims = victims;
    this.mover = mover;
    this.losses = losses;
    this.warden = warden;
    pageBytes = settings.pageBytes();
    faultTimeoutNanos = settings.faultTimeoutNanos();
  }

  /** The kernel's id of the thread that faulted last, 0 if there was none. */
  int lastThread() {
    return lastThread;
  }

  /** Faults that wait. */
  int waiting() {
    return waiting.count();
  }

  /**
   * Reads messages and answers them. Looks again after an answer, because a thread that was woken
   * on this CPU has often run to its next fault by then; not while a donor waits to be asked for
   * what a fault needs. Returns true if there were any.
   */
  boolean readAndServe() {
    int batches = 0;
    while (batches < BATCHES_MAX && readBatch()) {
      batches++;
      if (blocks.traffic.hasUnsent()) {
        break;
      }
    }
    return batches > 0;
  }

  private boolean readBatch() {
    if (!waiting.hasRoomFor(BATCH_MAX)) {
      return false;
    }
    blocks.faults.read(batch);
    if (batch.count() > 0) {
      lastThread = batch.thread(batch.count() - 1);
      blocks.sampling.read(batch.count());
    }
    for (int i = 0; i < batch.count(); i++) {
      if (isDuplicate(i)) {
        continue;
      }
      if (blocks.sampling.isDue()) {
        blocks.sampling.begun(batch.offset(i), batch.thread(i), blocks.clock.nanoTime());
      }
      if (!serve(batch.offset(i), batch.flags(i))) {
        blocks.counters.add(Counter.faultsWaited, 1);
        waiting.add(batch.offset(i), batch.flags(i), blocks.clock.nanoTime() + faultTimeoutNanos);
      }
    }
    return batch.count() > 0;
  }

  private boolean isDuplicate(int index) {
    long offset = batch.offset(index) & -pageBytes;
    for (int i = 0; i < index; i++) {
      if ((batch.offset(i) & -pageBytes) == offset && batch.flags(i) == batch.flags(index)) {
        return true;
      }
    }
    return false;
  }

  /** Tries again to answer those that wait. Returns true if any was answered. */
  boolean serveWaiting() {
    int kept = 0;
    int before = waiting.count();
    for (int i = 0; i < before; i++) {
      if (!serve(waiting.offset(i), waiting.flags(i))) {
        waiting.move(i, kept++);
      }
    }
    waiting.cut(kept);
    return kept < before;
  }

  /** Stops the application if a fault has waited too long. Returns the nanoseconds until then. */
  long checkDeadlines(long now) {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < waiting.count(); i++) {
      if (now - waiting.deadline(i) >= 0) {
        warden.stop(WaitingFaults.overdue(blocks, waiting.offset(i), faultTimeoutNanos));
        return 0;
      }
      next = Math.min(next, waiting.deadline(i) - now);
    }
    return next;
  }

  /** Answers one fault, or returns false: it must wait. */
  private boolean serve(long offset, int flags) {
    int block = blocks.geometry.blockOf(offset);
    int subblock = blocks.geometry.subblockOf(offset);
    blocks.adopt(block);
    boolean write = (flags & FaultBatch.WRITE) != 0;
    if (losses.isTheEnd(blocks.word(block))) {
      warden.stop(blocks.describe(block) + " is lost");
      return true;
    }
    if (!blocks.isPresent(block, subblock)) {
      return (flags & FaultBatch.MINOR) != 0
          ? serveUnexpectedPage(offset, block, subblock, write)
          : serveAbsent(block, subblock, write);
    }
    if ((flags & FaultBatch.MINOR) != 0) {
      return serveUnmapped(offset, block, subblock, write);
    }
    if ((flags & FaultBatch.PROTECTED) != 0) {
      return serveProtected(block, subblock);
    }
    return servePresent(offset, block, subblock, write);
  }

  /**
   * Does for an absent subblock what is done when it is read, though nobody may wait for it.
   *
   * @return false if that has to be tried again
   */
  boolean bring(int block, int subblock) {
    return serveAbsent(block, subblock, false);
  }

  /** Sees to a present subblock of which a page was not found in the memory file. */
  void repair(long offset) {
    boolean _ =
        servePresent(
            offset, blocks.geometry.blockOf(offset), blocks.geometry.subblockOf(offset), false);
  }

  private boolean serveAbsent(int block, int subblock, boolean write) {
    if (!blocks.isStored(block, subblock)) {
      return serveZero(block, subblock);
    }
    if (BlockWord.isLost(blocks.word(block))) {
      return losses.answer(block, subblock);
    }
    if (fetcher.isGone(block) && !fetcher.isComing(block, subblock)) {
      return serveGone(block, subblock);
    }
    switch (blocks.activity(block)) {
      case BlockWord.LEAVING -> {
        if (!blocks.budget.hasReserve()) {
          return false;
        }
        evictor.cancel(block);
      }
      case BlockWord.MOVING -> mover.cancel(block);
      default -> {}
    }
    return fetcher.demand(block, subblock, write);
  }

  /** What is stored of the block is lost: nobody waits for it, nor for room for it. */
  private boolean serveGone(int block, int subblock) {
    if (blocks.activity(block) == BlockWord.MOVING) {
      return false; // what was read of it before may be stored elsewhere soon
    }
    fetcher.loseWhatIsGone(block);
    return losses.isTheEnd(blocks.word(block)) || losses.answer(block, subblock);
  }

  private boolean serveZero(int block, int subblock) {
    if (!blocks.budget.promise(1)) {
      return false;
    }
    boolean first = !blocks.residency.hasPresent(block) && !blocks.hasStored(block);
    long result = blocks.zero(block, subblock, 1);
    Failpoint.ZERO_INSTALLED.reach();
    blocks.budget.settle(1);
    if (result == 0 || blocks.hasPages(block, subblock)) {
      // Of zeros that came in part, too, the application may write what is there. Pages somebody
      // else made are as good as ours: nobody has written what we know of.
      blocks.arrived(block, subblock, subblock + 1);
    }
    if (result == 0) {
      blocks.counters.add(Counter.faultsZero, 1);
      sampled(FaultKind.ZERO, block, subblock);
    } else if (result == Faults.PRESENT) {
      mapUnprotected(block, subblock);
    } else if (result != Faults.GONE) {
      return false;
    }
    if (first) {
      zeroAhead(block, 0, subblock);
      zeroAhead(block, subblock + 1, blocks.geometry.subblocks());
    }
    return true;
  }

  /** The rest of a block that was never touched: who touches one page soon touches the next. */
  private void zeroAhead(int block, int from, int to) {
    if (from >= to || !blocks.budget.promiseAhead(to - from)) {
      return;
    }
    blocks.budget.settle(to - from);
    if (blocks.zero(block, from, to - from) == 0) {
      blocks.arrived(block, from, to);
      return;
    }
    for (int s = from; s < to; s++) {
      if (blocks.hasPages(block, s)) {
        blocks.arrived(block, s, s + 1);
      }
    }
  }

  private void mapUnprotected(int block, int subblock) {
    long start = blocks.geometry.offsetOf(block, subblock);
    for (long at = start; at < start + blocks.subblockBytes(); at += pageBytes) {
      blocks.faults.map(at, pageBytes, 0);
    }
    blocks.faults.wake(start, blocks.subblockBytes());
  }

  /** A write to a page that is present and protected. */
  private boolean serveProtected(int block, int subblock) {
    if (blocks.isStored(block, subblock)) {
      if (blocks.activity(block) == BlockWord.MOVING) {
        mover.cancel(block);
      }
      blocks.makeDirty(block, subblock);
    } else if (blocks.activity(block) == BlockWord.LEAVING && evictor.isLeaving(block, subblock)) {
      if (!blocks.budget.hasReserve()) {
        return false;
      }
      evictor.cancel(block);
    } else if (blocks.residency.has(block, Residency.COOLING)) {
      victims.warm(block);
    } else {
      blocks.faults.unprotect(blocks.geometry.offsetOf(block, subblock), blocks.subblockBytes());
    }
    blocks.touched(block);
    blocks.counters.add(Counter.faultsWp, 1);
    sampled(FaultKind.PROTECTED, block, subblock);
    return true;
  }

  /** A touch of a page that is present but not mapped. */
  private boolean serveUnmapped(long offset, int block, int subblock, boolean write) {
    if (blocks.residency.has(block, Residency.COOLING)) {
      victims.warm(block);
    }
    boolean stored = blocks.isStored(block, subblock);
    boolean leaving =
        !stored
            && blocks.activity(block) == BlockWord.LEAVING
            && evictor.isLeaving(block, subblock);
    if (write && leaving && blocks.budget.hasReserve()) {
      evictor.cancel(block);
      leaving = false;
    }
    int mode = stored || leaving ? Faults.PROTECTED : 0;
    long page = offset & -pageBytes;
    long result = blocks.faults.map(page, pageBytes, mode);
    if (result == Faults.RETRY || result == Faults.NO_MEMORY) {
      return false;
    }
    if (result == Faults.ABSENT) {
      return servePresent(offset, block, subblock, write);
    }
    if (result == Faults.PRESENT) {
      blocks.faults.wake(page, pageBytes);
      blocks.counters.add(Counter.faultsStale, 1);
      return true;
    }
    blocks.counters.add(Counter.faultsMinor, 1);
    sampled(FaultKind.MINOR, block, subblock);
    mapAround(page, block, subblock, mode);
    seenInUse(block, subblock);
    return true;
  }

  /** The other pages of a subblock are as much in use as the one that was touched. */
  private void mapAround(long page, int block, int subblock, int mode) {
    long start = blocks.geometry.offsetOf(block, subblock);
    long end = start + blocks.subblockBytes();
    if (start < page) {
      blocks.faults.map(start, page - start, mode);
    }
    if (page + pageBytes < end) {
      blocks.faults.map(page + pageBytes, end - page - pageBytes, mode);
    }
  }

  /**
   * The touch of a block was seen because it was unmapped: the rest of it is mapped again, too,
   * unless blocks are used in parts there. Then each part shows by itself that it is in use.
   */
  private void seenInUse(int block, int touched) {
    blocks.samplingRate.touched();
    blocks.touched(block);
    Residency residency = blocks.residency;
    if (residency.has(block, Residency.UNMAPPED)) {
      residency.clear(block, Residency.UNMAPPED);
      if (prefetcher.isUsedInParts(block)) {
        if (!residency.has(block, Residency.WATCHED_IN_PARTS)) {
          residency.forgetUses(block);
          residency.set(block, Residency.WATCHED_IN_PARTS);
        }
      } else {
        residency.clear(block, Residency.WATCHED_IN_PARTS);
        mapRest(block, touched);
      }
    }
    if (residency.has(block, Residency.WATCHED_IN_PARTS)) {
      residency.used(block, touched);
    }
  }

  private void mapRest(int block, int touched) {
    if (blocks.activity(block) == BlockWord.NONE) {
      mapAgain(block, 0, touched);
      mapAgain(block, touched + 1, blocks.geometry.subblocks());
    }
  }

  /**
   * Maps the present subblocks of a block that nothing happens to, protected unless they are dirty.
   * What is mapped already, or cannot be now, waits for its own fault.
   */
  private void mapAgain(int block, int from, int to) {
    for (int first = from; first < to; ) {
      boolean present = blocks.isPresent(block, first);
      boolean stored = blocks.isStored(block, first);
      int end = first + 1;
      while (end < to
          && blocks.isPresent(block, end) == present
          && blocks.isStored(block, end) == stored) {
        end++;
      }
      if (present) {
        long bytes = (long) (end - first) * blocks.subblockBytes();
        blocks.faults.map(
            blocks.geometry.offsetOf(block, first), bytes, stored ? Faults.PROTECTED : 0);
      }
      first = end;
    }
  }

  /** A page is in the memory file of which we know nothing. */
  private boolean serveUnexpectedPage(long offset, int block, int subblock, boolean write) {
    if (!blocks.isInFile(offset, pageBytes)) {
      return wakeStale(offset);
    }
    if (blocks.isStored(block, subblock)) {
      blocks.puncher.punchAlien(block, subblock);
      return serveAbsent(block, subblock, write);
    }
    return serveZero(block, subblock);
  }

  /** A message says the page is missing, yet we believe it is there: one of us is late. */
  private boolean servePresent(long offset, int block, int subblock, boolean write) {
    if (blocks.isInFile(offset, pageBytes)) {
      return wakeStale(offset);
    }
    // The application has removed the page behind our back: by contract it is zero now.
    if (blocks.isStored(block, subblock)) {
      if (blocks.activity(block) == BlockWord.MOVING) {
        mover.cancel(block);
      }
      blocks.puncher.forgetRemoved(block, subblock);
      return serveAbsent(block, subblock, write);
    }
    if (blocks.activity(block) == BlockWord.LEAVING && evictor.isLeaving(block, subblock)) {
      // What was read out of it is not its contents any more, and must not come back.
      evictor.cancel(block);
    }
    long result = blocks.faults.zero(offset & -pageBytes, pageBytes, 0);
    if (result == Faults.RETRY || result == Faults.NO_MEMORY) {
      return false;
    }
    return result > 0 || result == Faults.GONE || wakeStale(offset);
  }

  private boolean wakeStale(long offset) {
    blocks.counters.add(Counter.faultsStale, 1);
    sampled(FaultKind.STALE, blocks.geometry.blockOf(offset), blocks.geometry.subblockOf(offset));
    blocks.faults.wake(offset & -pageBytes, pageBytes);
    return true;
  }

  private void sampled(FaultKind kind, int block, int subblock) {
    if (blocks.sampling.isAwaited()) {
      long start = blocks.geometry.offsetOf(block, subblock);
      blocks.sampling.answered(kind, start, blocks.subblockBytes(), blocks.clock.nanoTime());
    }
  }
}
