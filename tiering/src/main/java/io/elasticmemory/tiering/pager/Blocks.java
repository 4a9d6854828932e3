package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.policy.MissCurve;
import io.elasticmemory.tiering.policy.MissCurve.Amount;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import io.elasticmemory.tiering.policy.SamplingRate;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a shard: table, residency and the kernel's view of them, changed together. Every
 * protection and installation of the shard goes through here, and every punch through {@link
 * Puncher}, so that the invariants have one place to be asserted.
 */
final class Blocks {
  /** Attempts to install before a fault goes back to waiting. */
  private static final int INSTALL_ATTEMPTS_MAX = 8;

  final Geometry geometry;
  final BlockTable table;
  final Residency residency;
  final Budget budget;
  final ReplacementPolicy replacement;

  /** Told of every access that is seen, as the policy is. */
  final MissCurve curve;

  final ColdBlocks cold;

  /** What seeing touches may cost. */
  final SamplingRate samplingRate = new SamplingRate();

  /** Which faults somebody looks at. */
  final FaultSampling sampling = new FaultSampling();

  final Slots slots;

  /** Makes unreadable what donors get. */
  final Seals seals;

  final Traffic traffic;
  final Faults faults;
  final Pages pages;
  final Clock clock;
  final Counters counters;
  final Rules rules;
  final Puncher puncher;
  private final Mask scratch;

  /** Knows how an earlier pager has left the blocks; null when all of them are known. */
  private @Nullable Adopter adopter;

  /** Blocks that have left so far. */
  private long departed;

  private final MissCurve.Room room = this::roomWith;

  Blocks(
      Geometry geometry,
      BlockTable table,
      Residency residency,
      Budget budget,
      ReplacementPolicy replacement,
      MissCurve curve,
      ColdBlocks cold,
      Slots slots,
      Seals seals,
      Traffic traffic,
      Faults faults,
      Pages pages,
      Clock clock,
      Counters counters,
      Rules rules) {
    this.geometry = geometry;
    this.table = table;
    this.residency = residency;
    this.budget = budget;
    this.replacement = replacement;
    this.curve = curve;
    this.cold = cold;
    this.slots = slots;
    this.seals = seals;
    this.traffic = traffic;
    this.faults = faults;
    this.pages = pages;
    this.clock = clock;
    this.counters = counters;
    this.rules = rules;
    scratch = new Mask(geometry.subblocks());
    puncher = new Puncher(this, pages, rules);
  }

  /** From now on a block is adopted before anything is done with it; with null, all have been. */
  void adoptBy(@Nullable Adopter by) {
    adopter = by;
  }

  /** Must come before anything is done with a block of which a fault or the application tells. */
  void adopt(int block) {
    if (adopter != null) {
      adopter.adopt(block);
    }
  }

  /** The same for each block of a range, which is not long. */
  void adopt(int from, int to) {
    for (int block = from; block < to && adopter != null; block++) {
      adopter.adopt(block);
    }
  }

  /** True while it is not known what is pinned, and which blocks have an entry. */
  boolean isLearning() {
    return adopter != null && !adopter.knowsSlots();
  }

  /**
   * First block in {@code [from, to)} that may have pages or an entry, or {@code to}. Not while
   * {@link #isLearning}.
   */
  int nextTouched(int from, int to) {
    return adopter == null || from >= to
        ? residency.nextTouched(from, to)
        : adopter.nextTouched(from, to);
  }

  int subblockBytes() {
    return geometry.subblockBytes();
  }

  /** The block's word; 0 without looking at the table if nothing was ever written there. */
  long word(int block) {
    return residency.has(block, Residency.HAS_ENTRY) ? table.word(block) : 0;
  }

  void word(int block, long word) {
    residency.set(block, Residency.HAS_ENTRY);
    table.word(block, word);
  }

  int activity(int block) {
    return BlockWord.activity(word(block));
  }

  boolean isStored(int block, int subblock) {
    return residency.has(block, Residency.HAS_ENTRY) && table.isStored(block, subblock);
  }

  boolean isPresent(int block, int subblock) {
    return residency.isPresent(block, subblock);
  }

  void stored(int block, Mask into) {
    if (residency.has(block, Residency.HAS_ENTRY)) {
      table.stored(block, into);
    } else {
      into.clear();
    }
  }

  boolean hasStored(int block) {
    return residency.has(block, Residency.HAS_ENTRY) && table.hasStored(block);
  }

  void protect(int block, Mask subblocks) {
    for (int from = subblocks.nextSet(0); from < subblocks.size(); ) {
      int to = subblocks.nextClear(from);
      faults.protect(geometry.offsetOf(block, from), (long) (to - from) * subblockBytes());
      from = subblocks.nextSet(to);
    }
  }

  /** Takes protection from exactly these subblocks and wakes who waits for them. */
  void unprotect(int block, Mask subblocks) {
    for (int from = subblocks.nextSet(0); from < subblocks.size(); ) {
      int to = subblocks.nextClear(from);
      faults.unprotect(geometry.offsetOf(block, from), (long) (to - from) * subblockBytes());
      from = subblocks.nextSet(to);
    }
  }

  void wake(int block) {
    faults.wake(geometry.offsetOf(block), geometry.blockBytes());
  }

  /**
   * A write is about to happen to a clean subblock that is protected: its slot no longer holds its
   * last bytes. Gives the slot back when it holds nothing any more.
   */
  void makeDirty(int block, int subblock) {
    table.removeStored(block, subblock);
    Failpoint.WRITE_CLEARED.reach();
    faults.unprotect(geometry.offsetOf(block, subblock), subblockBytes());
    Failpoint.WRITE_UNPROTECTED.reach();
    long word = word(block);
    slots.forget(BlockWord.donor(word), BlockWord.slot(word), subblock);
    giveEmptySlotBack(block);
  }

  /** Frees the block's slot if nothing is stored in it and nothing is under way. */
  void giveEmptySlotBack(int block) {
    long word = word(block);
    if (BlockWord.activity(word) == BlockWord.NONE
        && BlockWord.hasSlot(word)
        && !hasStored(block)) {
      word(block, BlockWord.withoutSlot(word));
      traffic.release(BlockWord.donor(word), BlockWord.slot(word));
    }
  }

  /** Takes note of subblocks that are present now. */
  void arrived(int block, int from, int to) {
    if (!residency.hasPresent(block)) {
      if (residency.leftAt(block) != Residency.NEVER) {
        counters.add(Counter.blocksReturned, 1);
      }
      residency.touch(block);
      residency.arrivedAt(block, clock.nanoTime());
      cold.remove(block);
      residency.clear(block, Residency.UNMAPPED);
      residency.clear(block, Residency.WATCHED_IN_PARTS);
      replacement.arrived(block);
      samplingRate.arrived();
      seen(block);
    }
    boolean inParts = residency.has(block, Residency.WATCHED_IN_PARTS);
    for (int subblock = from; subblock < to; subblock++) {
      residency.add(block, subblock);
      if (inParts) {
        residency.used(block, subblock);
      }
    }
    gaugeResident();
  }

  /** The application has touched or written a present block, as a fault has shown. */
  void touched(int block) {
    replacement.touched(block);
    seen(block);
  }

  private void seen(int block) {
    if (curve.isSpecimen(block)) {
      curve.accessed(block, room);
    }
  }

  private long roomWith(int quarters) {
    return budget.blocksWith(quarters, replacement.size());
  }

  /** An absent block is as if it had never been touched. */
  void forgotten(int block) {
    residency.untouch(block);
    replacement.forgotten(block);
    if (curve.isSpecimen(block)) {
      curve.forgotten(block);
    }
  }

  /** Lets others see the estimates. */
  void gaugeMisses() {
    counters.set(Counter.missesHalfDram, curve.misses(Amount.HALF));
    counters.set(Counter.missesSameDram, curve.misses(Amount.SAME));
    counters.set(Counter.missesHalfMoreDram, curve.misses(Amount.HALF_MORE));
    counters.set(Counter.missesDoubleDram, curve.misses(Amount.DOUBLE));
  }

  /**
   * Puts stored bytes into pages some of which a device holds, so that they could not be punched;
   * then maps those that are not. None of them is mapped but by the copies that failed.
   *
   * @return 0 when that is done, otherwise why not: a result of {@link Faults}
   */
  long repair(
      int block, int subblock, int pageBytes, MemorySegment frames, long frameOffset, int mode) {
    long start = geometry.offsetOf(block, subblock);
    pages.write(start, frames, frameOffset, subblockBytes());
    for (long at = start; at < start + subblockBytes(); at += pageBytes) {
      long result = faults.map(at, pageBytes, mode);
      for (int i = 1; result == Faults.RETRY && i < INSTALL_ATTEMPTS_MAX; i++) {
        result = faults.map(at, pageBytes, mode);
      }
      if (result < 0 && result != Faults.PRESENT) {
        return result;
      }
    }
    return 0;
  }

  /**
   * Lets others see how much is present, after that has changed. What is only thought to be there
   * is among it: if this pager dies, too, the next must not think less.
   */
  void gaugeResident() {
    long bytes = (residency.presentSubblocks() + budget.inherited()) * subblockBytes();
    counters.set(Counter.residentBytes, bytes);
    if (bytes > counters.get(Counter.residentBytesMax)) {
      counters.set(Counter.residentBytesMax, bytes);
    }
  }

  /** Queues a block whose last subblock may just have left. */
  void settleQueues(int block) {
    if (!residency.hasPresent(block)) {
      residency.leftAt(block, ++departed);
      queueAbsent(block);
    }
  }

  /** How many blocks have left since this one, which is absent, did. */
  long leftAgo(int block) {
    return departed - residency.leftAt(block);
  }

  private void queueAbsent(int block) {
    replacement.left(block);
    long word = word(block);
    if (BlockWord.hasSlot(word) && hasStored(block)) {
      cold.append(slots.tier(BlockWord.donor(word)), block);
    }
  }

  /** Puts an absent block into the queue it belongs to, after its slot has changed. */
  void requeueCold(int block) {
    cold.remove(block);
    if (!residency.hasPresent(block)) {
      queueAbsent(block);
    }
  }

  /**
   * A device holds stored pages that were punched, so that they are there still, and zeroed. They
   * count as absent from now on: the next fault finds an alien page and repairs it from the slot.
   *
   * @param restored those that have got their bytes back already
   */
  void forgetKept(int block, Mask restored) {
    for (int s = 0; s < geometry.subblocks(); s++) {
      if (isPresent(block, s) && isStored(block, s) && !restored.get(s)) {
        residency.remove(block, s);
      }
    }
    gaugeResident();
    settleQueues(block);
  }

  /** True if any page of the subblock is in the memory file. */
  boolean hasPages(int block, int subblock) {
    long start = geometry.offsetOf(block, subblock);
    long end = start + subblockBytes();
    return pages.nextPresent(start, end) < end;
  }

  /** True if the page that holds {@code offset} is in the memory file. */
  boolean isInFile(long offset, int pageBytes) {
    long page = offset & -pageBytes;
    return pages.nextPresent(page, page + pageBytes) == page;
  }

  /**
   * Installs a run with atomic copies.
   *
   * @return 0 when all is there, otherwise why not: a result of {@link Faults}
   */
  long copy(int block, int from, int count, MemorySegment frames, long frameOffset, int mode) {
    long start = geometry.offsetOf(block, from);
    long bytes = (long) count * subblockBytes();
    long done = 0;
    for (int attempt = 0; done < bytes && attempt < INSTALL_ATTEMPTS_MAX; ) {
      long result = faults.copy(start + done, frames, frameOffset + done, bytes - done, mode);
      if (result > 0) {
        done += result;
      } else if (result == Faults.RETRY) {
        attempt++;
      } else {
        return result;
      }
    }
    return done == bytes ? 0 : Faults.RETRY;
  }

  /** Installs zeros; like {@link #copy}. */
  long zero(int block, int from, int count) {
    long start = geometry.offsetOf(block, from);
    long bytes = (long) count * subblockBytes();
    long done = 0;
    for (int attempt = 0; done < bytes && attempt < INSTALL_ATTEMPTS_MAX; ) {
      long result = faults.zero(start + done, bytes - done, 0);
      if (result > 0) {
        done += result;
      } else if (result == Faults.RETRY) {
        attempt++;
      } else {
        return result;
      }
    }
    return done == bytes ? 0 : Faults.RETRY;
  }

  /** A set of subblocks for use within one method. */
  Mask scratch() {
    scratch.clear();
    return scratch;
  }

  /** How a person finds the block: {@code block 17 (bytes 1114112 to 1179647)}. */
  String describe(int block) {
    long start = geometry.offsetOf(block);
    return "block "
        + block
        + " (bytes "
        + start
        + " to "
        + (start + geometry.blockBytes() - 1)
        + ")";
  }
}
