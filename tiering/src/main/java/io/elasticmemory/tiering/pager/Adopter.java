package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Takes over what an earlier pager has left behind at any moment: finds out about each block before
 * anything is done with it, and about the rest in the background, a bounded part in each turn.
 *
 * <p>Two walks. That over the table finds which slots are named, what is pinned, and what was under
 * way; until it is over compressed memory takes no block, because of its slots nothing is noted.
 * That over the memory file finds what is present. A block that is needed is adopted at once,
 * whatever the walks have seen.
 *
 * <p>Each step is a single store, or a punch of what does not count, that leaves the block as good
 * for the next adopter as it was for this one.
 */
final class Adopter {
  private static final int PAGE_BYTES = 4096;

  /** To find a block takes as long as to compare so many bytes. */
  private static final int FINDING_BYTES = 8 << 10;

  /** While threads wait for frames only a part of the entries is looked at in a turn. */
  private static final int HURRY_PART = 16;

  /**
   * And of all in the first turn, twice as much in each that follows: what code does for the first
   * time takes ten times as long, and threads have waited already.
   */
  private static final int FIRST_PART = 64;

  private final Blocks blocks;
  private final Discarder discarder;
  private final Purse purse;
  private final Checksum checksum;
  private final Inheritance inheritance;
  private final MemorySegment frame;
  private final ByteBuffer view;
  private final Mask present;
  private final Mask stored;
  private final StripeWalk entries;
  private final StripeWalk pages;
  private int sweptDonors;
  private int sweptSlots;
  private boolean begun;
  private boolean knowsSlots;
  private int part = FIRST_PART;

  Adopter(
      Blocks blocks,
      Discarder discarder,
      Purse purse,
      Checksum checksum,
      Inheritance inheritance,
      LongFunction<MemorySegment> privateMemory) {
    this.blocks = blocks;
    this.discarder = discarder;
    this.purse = purse;
    this.checksum = checksum;
    this.inheritance = inheritance;
    frame = privateMemory.apply(blocks.geometry.blockBytes());
    view = frame.asByteBuffer();
    present = new Mask(blocks.geometry.subblocks());
    stored = new Mask(blocks.geometry.subblocks());
    entries = new StripeWalk(inheritance.stripes(), inheritance.shard(), blocks.geometry);
    pages = new StripeWalk(inheritance.stripes(), inheritance.shard(), blocks.geometry);
    int subblockBytes = blocks.subblockBytes();
    blocks.budget.inherit((inheritance.residentBytes() + subblockBytes - 1) / subblockBytes);
    blocks.slots.known(false);
  }

  /** True once all slots that are taken are known, and all pins. */
  boolean knowsSlots() {
    return knowsSlots;
  }

  /**
   * Before the first fault is read: who waits for an answer of the pager before asks again, and the
   * targets of its moves are dropped.
   */
  void begin() {
    if (begun) {
      return;
    }
    begun = true;
    Stripes stripes = inheritance.stripes();
    int own = inheritance.shard();
    for (int stripe = own; stripe < stripes.count(); stripe += stripes.shards()) {
      blocks.faults.wake(stripes.offsetOf(stripe), stripes.bytesOfStripe(stripe));
    }
    Failpoint.TAKE_OVER_WOKEN.reach();
    for (int move = 0; move < BlockTableLayout.MOVES_MAX; move++) {
      int block = blocks.table.moving(move);
      if (block >= 0 && block < blocks.geometry.blockCount() && isOwn(block)) {
        adopt(block);
        blocks.table.removeTarget(block);
      }
    }
  }

  private boolean isOwn(int block) {
    return inheritance.stripes().shardOf(blocks.geometry.offsetOf(block)) == inheritance.shard();
  }

  /**
   * Does a part of what is left. Returns true while there is more.
   *
   * @param hurries whether threads wait for what the walk over the pages finds, and not for slots
   */
  boolean step(boolean hurries) {
    if (!entries.isOver()) {
      walkEntries(hurries ? Math.max(HURRY_PART, part) : part);
    } else if (!knowsSlots) {
      sweep();
    }
    if (!pages.isOver()) {
      walkPages();
    }
    part = Math.max(1, part / 2);
    return !knowsSlots || !pages.isOver();
  }

  /** True when nothing is left to find out, and there is room for all others beside the pins. */
  boolean isOver() {
    return knowsSlots && pages.isOver() && purse.canPin(blocks.budget, 0);
  }

  // The table.

  private void walkEntries(int ofEntries) {
    int left = Math.max(1, inheritance.entriesPerTurn() / ofEntries);
    while (left > 0 && !entries.isOver()) {
      long at = blocks.table.entry(entries.at());
      long end = blocks.table.entry(entries.end());
      long data = inheritance.tableHoles().nextData(at, end);
      left--;
      if (data >= end) {
        entries.reach(entries.end());
        continue;
      }
      int first = blocks.table.blockAt(data);
      long pageEnd = (data & -PAGE_BYTES) + PAGE_BYTES;
      int behind = Math.min(blocks.table.blockAt(pageEnd - 1) + 1, first + 1 + left);
      int to = Math.min(entries.end(), behind);
      for (int block = first; block < to; block++) {
        settleEntry(block);
      }
      left -= to - first - 1;
      entries.reach(to);
    }
  }

  /** What something was under way on, and what has a slot for nothing, is settled at once. */
  private void settleEntry(int block) {
    if (!blocks.residency.has(block, Residency.HAS_ENTRY)) {
      learnWritten(block);
    }
    long word = blocks.word(block);
    boolean idle = BlockWord.hasSlot(word) && !blocks.hasStored(block);
    if (idle || BlockWord.activity(word) != BlockWord.NONE) {
      adopt(block);
    }
  }

  /** Takes note of what the entry says: once, because what it says later is this shard's doing. */
  private void learn(int block) {
    if (!blocks.residency.has(block, Residency.HAS_ENTRY) && hasBeenWritten(block)) {
      learnWritten(block);
    }
  }

  private void learnWritten(int block) {
    long word = blocks.table.word(block);
    if (word == 0) {
      return;
    }
    blocks.residency.set(block, Residency.HAS_ENTRY);
    if (BlockWord.hasSlot(word)) {
      blocks.residency.touch(block);
      blocks.slots.adopt(BlockWord.donor(word), BlockWord.slot(word), block);
      if (blocks.hasStored(block)) {
        blocks.cold.append(blocks.slots.tier(BlockWord.donor(word)), block);
      }
    }
    if (BlockWord.isPinned(word) && blocks.rules.staysPinned()) {
      blocks.residency.touch(block);
      blocks.residency.set(block, Residency.PINNED);
      blocks.budget.pin(blocks.geometry.subblocks());
    }
  }

  /** False for a hole of the table, which must not be read. */
  private boolean hasBeenWritten(int block) {
    long at = blocks.table.entry(block);
    return !entries.isOver()
        && inheritance.tableHoles().nextData(at, at + Long.BYTES) < at + Long.BYTES;
  }

  /** Slots that no block names are given up, with what donors keep there. */
  private void sweep() {
    int words = Math.max(1, inheritance.entriesPerTurn() / Long.SIZE);
    while (words > 0 && sweptDonors < blocks.slots.count()) {
      int to = blocks.slots.sweep(sweptDonors, sweptSlots, words);
      words -= Math.max(1, (to - sweptSlots) / Long.SIZE);
      sweptSlots = to;
      if (to == blocks.slots.slots(sweptDonors)) {
        sweptDonors++;
        sweptSlots = 0;
      }
    }
    if (sweptDonors == blocks.slots.count()) {
      knowsSlots = true;
      blocks.slots.known(true);
    }
  }

  // The memory file.

  private void walkPages() {
    for (int left = Math.max(1, inheritance.bytesPerTurn() / part); left > 0 && !pages.isOver(); ) {
      left -= FINDING_BYTES;
      long from = blocks.geometry.offsetOf(pages.at());
      long end = blocks.geometry.offsetOf(pages.end() - 1) + blocks.geometry.blockBytes();
      long found = blocks.pages.nextPresent(from, end);
      if (found >= end) {
        pages.reach(pages.end());
      } else {
        int block = blocks.geometry.blockOf(found);
        if (!blocks.residency.has(block, Residency.ADOPTED)) {
          adopt(block);
          left -= present.count() * blocks.subblockBytes();
        }
        pages.reach(block + 1);
      }
    }
    if (pages.isOver()) {
      long unfound = blocks.budget.inherited();
      blocks.budget.inherit(0);
      purse.correct(blocks.budget, unfound);
      blocks.gaugeResident();
    }
  }

  /**
   * First block of the shard in {@code [from, to)} that is known to have pages or an entry, or may
   * have pages, or {@code to}; it is adopted. Only once {@link #knowsSlots}.
   */
  int nextTouched(int from, int to) {
    int touched = blocks.residency.nextTouched(from, to);
    int block = touched > from ? nextWithPages(from, touched) : touched;
    if (block < to) {
      adopt(block);
    }
    return block;
  }

  private int nextWithPages(int from, int to) {
    Stripes stripes = inheritance.stripes();
    long start = blocks.geometry.offsetOf(from);
    long end = blocks.geometry.offsetOf(to - 1) + blocks.geometry.blockBytes();
    for (long at = start; at < end; ) {
      int stripe = stripes.stripeOf(at);
      long stripeEnd = Math.min(end, stripes.offsetOf(stripe) + stripes.bytesOfStripe(stripe));
      if (stripes.shardOfStripe(stripe) == inheritance.shard()) {
        long found = blocks.pages.nextPresent(at, stripeEnd);
        if (found < stripeEnd) {
          return blocks.geometry.blockOf(found);
        }
      }
      at = stripeEnd;
    }
    return to;
  }

  // One block.

  /** Finds out all about a block, and ends what was under way on it; not if it is another's. */
  void adopt(int block) {
    if (blocks.residency.has(block, Residency.ADOPTED)) {
      return;
    }
    blocks.residency.set(block, Residency.ADOPTED);
    if (!isOwn(block)) {
      return;
    }
    learn(block);
    findPages(block);
    Failpoint.ADOPT_FOUND.reach();
    int found = present.count();
    if (blocks.activity(block) != BlockWord.DISCARDING) {
      removeAliens(block);
      Failpoint.ADOPT_COMPARED.reach();
    }
    blocks.budget.found(found);
    for (int from = present.nextSet(0); from < present.size(); ) {
      int to = present.nextClear(from);
      blocks.arrived(block, from, to);
      from = present.nextSet(to);
    }
    settle(block);
    Failpoint.ADOPT_SETTLED.reach();
  }

  private void findPages(int block) {
    present.clear();
    long start = blocks.geometry.offsetOf(block);
    long end = start + blocks.geometry.blockBytes();
    for (long at = start; at < end; ) {
      long from = blocks.pages.nextPresent(at, end);
      if (from == end) {
        return;
      }
      long to = blocks.pages.nextAbsent(from, end);
      int last = blocks.geometry.subblockOf(to - 1);
      for (int s = blocks.geometry.subblockOf(from); s <= last; s++) {
        present.add(s);
      }
      at = start + (last + 1L) * blocks.subblockBytes();
    }
  }

  /**
   * Of what is present and stored only that counts which is what its mark says: somebody may have
   * read a hole, or a page be zeroed that a device holds, or only some of a subblock's pages have
   * come. The rest has its bytes in its slot.
   */
  private void removeAliens(int block) {
    blocks.stored(block, stored);
    stored.retainAll(present);
    if (stored.isEmpty()) {
      return;
    }
    blocks.protect(block, stored);
    read(block);
    int bytes = blocks.subblockBytes();
    for (int s = stored.nextSet(0); s < stored.size(); s = stored.nextSet(s + 1)) {
      int sum = checksum.of(block, s, view, s * bytes, bytes);
      if (blocks.rules.isAlien(blocks.table.hasMark(block, s, sum))) {
        present.remove(s);
        blocks.puncher.punchAlien(block, s);
      }
    }
  }

  private void read(int block) {
    for (int from = stored.nextSet(0); from < stored.size(); ) {
      int to = stored.nextClear(from);
      long at = (long) from * blocks.subblockBytes();
      long bytes = (long) (to - from) * blocks.subblockBytes();
      blocks.pages.read(blocks.geometry.offsetOf(block, from), frame, at, bytes);
      from = stored.nextSet(to);
    }
  }

  /** Nothing is under way on the block any more; a slot in which nothing is stored is free. */
  private void settle(int block) {
    switch (blocks.activity(block)) {
      case BlockWord.LEAVING -> {
        forgetHalfStored(block);
        blocks.table.activity(block, BlockWord.NONE);
      }
      case BlockWord.FETCHING -> blocks.table.activity(block, BlockWord.NONE);
      case BlockWord.MOVING -> {
        blocks.table.activity(block, BlockWord.NONE);
        blocks.table.removeTarget(block);
      }
      case BlockWord.DISCARDING -> {
        if (blocks.rules.finishesDiscards()) {
          discarder.discard(block);
        } else {
          blocks.table.activity(block, BlockWord.NONE);
        }
      }
      default -> {}
    }
    blocks.giveEmptySlotBack(block);
  }

  /** Compressed memory may have some of what was leaving, and keeps room for it. */
  private void forgetHalfStored(int block) {
    long word = blocks.word(block);
    if (blocks.slots.isCompressed(BlockWord.donor(word))) {
      for (int s = 0; s < blocks.geometry.subblocks(); s++) {
        if (!blocks.isStored(block, s)) {
          blocks.slots.forget(BlockWord.donor(word), BlockWord.slot(word), s);
        }
      }
    }
  }
}
