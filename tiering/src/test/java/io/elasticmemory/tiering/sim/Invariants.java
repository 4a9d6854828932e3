package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.List;

/**
 * The invariants of the block states that concern more than the bytes, each with its number, and
 * the arrows of the state drawing, which are seen by comparing each block with what it was before.
 */
final class Invariants {
  private static final int PRESENT = SimKernel.ANY_PRESENT;
  private static final int STORED = 2;
  private static final int UNTOUCHED = 0;
  private static final int DIRTY = PRESENT;
  private static final int CLEAN = PRESENT | STORED;

  /** Mark of a subblock that is being stored in the eviction under way. */
  private static final int NAMED = 4;

  /** Mark of a subblock that became stored in the eviction under way. */
  private static final int LEFT = 8;

  /** Mark of a subblock that nobody could write to since the shard has read it. */
  private static final int READ = 16;

  /** Mark of a subblock whose discard was asked for, and that has not been empty since. */
  private static final int DOOMED = 32;

  private final Geometry geometry;
  private final TableView table;
  private final SimKernel kernel;
  private final List<SimDonor> donors;
  private final Model model;
  private final Tally tally;
  private final Judge judge;
  private final SlotOwners slots;
  private final Pins pins;

  private final int subblocks;
  private final int subblockBytes;
  private final long[] words;
  private final long[] targets;

  /** The generation that each block got with its last discard: older transfers are of before. */
  private final int[] discardGenerations;

  private final byte[] states;

  /** Pages that are to be loaded, and have not been present and mapped since. */
  private final boolean[] wanted;

  private int wantedPages;

  Invariants(
      Geometry geometry,
      TableView table,
      SimKernel kernel,
      List<SimDonor> donors,
      Model model,
      Tally tally,
      Judge judge,
      SlotOwners slots,
      Pins pins) {
    this.geometry = geometry;
    this.table = table;
    this.kernel = kernel;
    this.donors = donors;
    this.pins = pins;
    this.model = model;
    subblocks = geometry.subblocks();
    subblockBytes = geometry.subblockBytes();
    this.tally = tally;
    this.judge = judge;
    this.slots = slots;
    words = new long[geometry.blockCount()];
    targets = new long[geometry.blockCount()];
    states = new byte[geometry.blockCount() * subblocks];
    wanted = new boolean[(int) (geometry.capacityBytes() / kernel.pageBytes())];
    discardGenerations = new int[geometry.blockCount()];
  }

  // ---- after a store to the block's entry

  void entryStored(int block) {
    long word = table.word(block);
    if (BlockWord.activity(word) == BlockWord.DISCARDING) {
      discardGenerations[block] = BlockWord.generation(word);
    }
    long target = table.target(block);
    if (word != words[block] || target != targets[block]) {
      activityChanged(block, words[block], word);
      slots.rename(block, words[block], targets[block], word, target);
      words[block] = word;
      targets[block] = target;
    }
  }

  private void activityChanged(int block, long from, long to) {
    int before = BlockWord.activity(from);
    int after = BlockWord.activity(to);
    if (BlockWord.isLost(to) && !BlockWord.isLost(from)) {
      tally.add(Happening.STORED_TO_LOST_BLOCK);
    }
    if (before == after) {
      if (after == BlockWord.LEAVING && BlockWord.donor(from) != BlockWord.donor(to)) {
        tally.add(Happening.LEAVING_PASSED_ON_BLOCK);
      }
      return;
    }
    if (before != BlockWord.NONE && after != BlockWord.NONE && after != BlockWord.DISCARDING) {
      judge.violated(
          6,
          block,
          "block "
              + block
              + " goes from "
              + BlockWord.describe(from)
              + " to "
              + BlockWord.describe(to)
              + " without an end between");
    }
    switch (before) {
      case BlockWord.LEAVING -> leavingEnded(block);
      case BlockWord.MOVING -> movingEnded(from, to);
      default -> {}
    }
    switch (after) {
      case BlockWord.LEAVING -> tally.add(Happening.DIRTY_TO_LEAVING);
      case BlockWord.FETCHING -> tally.add(Happening.STORED_TO_FETCHING_BLOCK);
      case BlockWord.MOVING -> tally.add(Happening.STORED_TO_MOVING_BLOCK);
      case BlockWord.DISCARDING -> tally.add(Happening.TO_DISCARDING_BLOCK);
      default -> {}
    }
  }

  private void leavingEnded(int block) {
    int first = block * subblocks;
    boolean cancelled = false;
    for (int i = first; i < first + subblocks; i++) {
      cancelled |= (states[i] & (NAMED | PRESENT | STORED)) == (NAMED | PRESENT);
      states[i] &= ~(NAMED | LEFT);
    }
    if (cancelled) {
      tally.add(Happening.LEAVING_TO_DIRTY_CANCELLED);
    }
  }

  private void movingEnded(long from, long to) {
    if (BlockWord.donor(from) == BlockWord.donor(to)) {
      tally.add(Happening.MOVE_CANCELLED_BLOCK);
      return;
    }
    if (!BlockWord.hasSlot(to)) {
      return;
    }
    boolean down =
        donors.get(BlockWord.donor(to)).tier().compareTo(donors.get(BlockWord.donor(from)).tier())
            > 0;
    tally.add(down ? Happening.MOVED_DOWN_BLOCK : Happening.MOVED_UP_BLOCK);
  }

  /** Invariant 10: there is a free slot for every block that has none that it can keep. */
  void checkFreeSlots() {
    slots.checkFree(words, targets);
  }

  // ---- when a transfer starts

  /** Invariants 1 and 2, seen from the donor, and that nobody else uses the frame. */
  void transferStarts(SimDonor donor, Flight flight) {
    int owner = donor.isMirrored() ? SimFailure.NO_BLOCK : named(donor, flight.transfer);
    flight.block = owner;
    flight.generation = owner < 0 ? 0 : BlockWord.generation(table.word(owner));
    slots.checkOthers(donor, flight);
  }

  /** A transfer is handed to two donors with the same bytes, which know themselves what to do. */
  void mirroredStarts(SimDonor first, Transfer transfer) {
    named(first, transfer);
  }

  /** The block that names the slot. */
  private int named(SimDonor donor, Transfer transfer) {
    int owner = slots.ownerOf(donor, transfer);
    if (owner >= 0
        && transfer.isWrite()
        && BlockWord.activity(table.word(owner)) == BlockWord.LEAVING) {
      nameAll(owner, transfer);
    }
    return owner;
  }

  // ---- before a punch

  /** Invariant 3. */
  void beforePunch(long offset, long bytes) {
    for (long at = offset; at < offset + bytes; at = (at | (subblockBytes - 1)) + 1) {
      int block = geometry.blockOf(at);
      int subblock = geometry.subblockOf(at);
      long start = geometry.offsetOf(block, subblock);
      int look = kernel.look(start, subblockBytes);
      boolean harmless =
          (look & SimKernel.ANY_PRESENT) == 0
              || table.isStored(block, subblock)
              || model.isDiscarded(block)
              || ((look & SimKernel.ANY_WRITABLE) == 0 && isZero(start));
      if (!harmless) {
        judge.violated(
            3,
            block,
            "subblock "
                + subblock
                + " of block "
                + block
                + " is punched, though it is not stored, not zero under protection, not discarded");
      }
    }
  }

  private boolean isZero(long offset) {
    byte[] memory = kernel.memory();
    for (int i = (int) offset; i < offset + subblockBytes; i++) {
      if (memory[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Remembers what was read out, as long as nobody can write to it. */
  void pagesRead(long offset, long bytes) {
    for (long at = offset; at < offset + bytes; at += subblockBytes) {
      if ((kernel.look(at, subblockBytes) & SimKernel.ANY_WRITABLE) == 0) {
        states[(int) (at / subblockBytes)] |= READ;
      }
    }
  }

  /** Invariant 5: what is stored was protected when it was read out, and has been since. */
  private void nameAll(int block, Transfer transfer) {
    int first = (int) (transfer.position() % geometry.blockBytes()) / subblockBytes;
    int count = transfer.bytes() / subblockBytes;
    for (int subblock = first; subblock < first + count; subblock++) {
      int index = block * subblocks + subblock;
      if ((states[index] & READ) == 0) {
        judge.violated(
            5,
            block,
            "subblock "
                + subblock
                + " of block "
                + block
                + " leaves, though it was writable when it was read out, or since");
      }
      states[index] |= NAMED;
    }
  }

  // ---- after any change to a block

  /** Invariants 4 and 5, and the arrows, of the subblocks in {@code [from, to)}. */
  void check(int block, int from, int to) {
    int first = block * subblocks;
    for (int subblock = from; subblock < to; subblock++) {
      int index = first + subblock;
      int before = states[index];
      int look = kernel.look((long) index * subblockBytes, subblockBytes);
      int now =
          (look & SimKernel.ANY_PRESENT) | (table.isStored(block, subblock) ? STORED : UNTOUCHED);
      if (now != (before & CLEAN)) {
        states[index] = (byte) arrow(before, now, BlockWord.activity(table.word(block)));
      }
      if (now == UNTOUCHED) {
        states[index] &= ~DOOMED;
      } else if ((look & SimKernel.ANY_WRITABLE) != 0) {
        checkWritable(block, subblock, now);
        states[index] &= ~READ;
      } else if ((look & SimKernel.ANY_STRANGE) != 0) {
        states[index] &= ~DOOMED;
      }
    }
    noteMapped(block, from, to);
    if (pins.isPromised(block)) {
      checkPinned(block, from, to);
    }
  }

  /** Invariant 13: a pinned block is present, mapped, not protected and not stored. */
  void checkPinned(int block, int from, int to) {
    for (int subblock = from; subblock < to && !kernel.hasExited(); subblock++) {
      boolean open = kernel.isOpen(geometry.offsetOf(block, subblock), subblockBytes);
      if (!open || table.isStored(block, subblock)) {
        judge.violated(
            13,
            block,
            "subblock "
                + subblock
                + " of block "
                + block
                + " is pinned, but "
                + (open ? "stored: " : "an access to it is a fault: ")
                + describe(block));
      }
    }
  }

  /** A load of the block is asked for. */
  void loadAsked(int block) {
    want(geometry.offsetOf(block), geometry.blockBytes(), true);
    check(block, 0, subblocks);
  }

  /** The load has failed. */
  void loadFailed(int block) {
    want(geometry.offsetOf(block), geometry.blockBytes(), false);
  }

  /** A range has been mapped; some of it may not be any more. */
  void mapped(long offset, long bytes) {
    want(offset, bytes, false);
  }

  private void want(long offset, long bytes, boolean value) {
    int pageBytes = kernel.pageBytes();
    if (value || wantedPages > 0) {
      for (int page = (int) (offset / pageBytes); page < (offset + bytes) / pageBytes; page++) {
        wantedPages += (value ? 1 : 0) - (wanted[page] ? 1 : 0);
        wanted[page] = value;
      }
    }
  }

  private void noteMapped(int block, int from, int to) {
    if (wantedPages > 0) {
      int pageBytes = kernel.pageBytes();
      long end = geometry.offsetOf(block) + (long) to * subblockBytes;
      for (long at = geometry.offsetOf(block, from); at < end; at += pageBytes) {
        if (kernel.isMapped(at, pageBytes)) {
          want(at, pageBytes, false);
        }
      }
    }
  }

  /**
   * Invariant 14: a load is answered, so each of its pages has been present and mapped at some
   * moment since it was asked for.
   */
  void loaded(int block) {
    int pageBytes = kernel.pageBytes();
    for (int inBlock = 0; inBlock < geometry.blockBytes(); inBlock += pageBytes) {
      if (wanted[(int) ((geometry.offsetOf(block) + inBlock) / pageBytes)]) {
        judge.violated(
            14,
            block,
            "byte "
                + inBlock
                + " of block "
                + block
                + " was never mapped, yet its load is answered: "
                + describe(block));
      }
    }
  }

  private void checkWritable(int block, int subblock, int state) {
    if (state == CLEAN) {
      judge.violated(
          4,
          block,
          "subblock "
              + subblock
              + " of block "
              + block
              + " is present and stored, and the application can write to it unnoticed");
    }
    int marks = states[block * subblocks + subblock];
    if ((marks & NAMED) != 0 && BlockWord.activity(table.word(block)) == BlockWord.LEAVING) {
      judge.violated(
          5,
          block,
          "subblock "
              + subblock
              + " of block "
              + block
              + " has been read out, and is writable before punch or cancel");
    }
  }

  /** Counts the arrow from one state to the next; returns the new state with its marks. */
  private int arrow(int before, int now, int activity) {
    int from = before & CLEAN;
    if (from == UNTOUCHED && now == DIRTY) {
      tally.add(Happening.UNTOUCHED_TO_DIRTY);
    } else if (from == DIRTY && now == CLEAN) {
      return now | LEFT | (before & DOOMED);
    } else if (from == CLEAN && now == STORED) {
      tally.add((before & LEFT) != 0 ? Happening.LEAVING_TO_STORED : Happening.CLEAN_TO_STORED);
    } else if (from == CLEAN && now == DIRTY) {
      tally.add(
          activity == BlockWord.FETCHING
              ? Happening.FETCHING_TO_DIRTY_WRITE_FAULT
              : activity == BlockWord.DISCARDING
                  ? Happening.DISCARDED_CLEAN
                  : Happening.CLEAN_TO_DIRTY);
    } else if (from == STORED && now == CLEAN) {
      tally.add(Happening.FETCHING_TO_CLEAN);
    } else if (from == STORED && now == UNTOUCHED) {
      tally.add(Happening.DISCARDED_STORED);
    } else if (from == DIRTY && now == UNTOUCHED) {
      tally.add(
          activity == BlockWord.DISCARDING
              ? Happening.DISCARDED_DIRTY
              : Happening.LEAVING_TO_UNTOUCHED_ZERO);
    }
    return now | (before & (NAMED | READ | DOOMED));
  }

  /** A discard of the block is asked for. */
  void discardAsked(int block) {
    int first = block * subblocks;
    for (int i = first; i < first + subblocks; i++) {
      states[i] |= DOOMED;
    }
    check(block, 0, subblocks);
  }

  /**
   * Invariant 8: a discard is answered, so each of its subblocks has been absent and not stored at
   * some moment since it was asked for (the application may have touched it again), and no transfer
   * of the time before is under way.
   *
   * @param patient false if a donor has kept such a transfer beyond all patience
   */
  void discarded(int block, boolean patient) {
    for (int subblock = 0; subblock < subblocks; subblock++) {
      if ((states[block * subblocks + subblock] & DOOMED) != 0) {
        judge.violated(
            8,
            block,
            "subblock "
                + subblock
                + " of block "
                + block
                + " was never forgotten, yet its discard"
                + " is answered: "
                + describe(block));
      }
    }
    for (SimDonor donor : donors) {
      for (Flight flight : donor.flights()) {
        if (patient && flight.block == block && flight.generation < discardGenerations[block]) {
          judge.violated(
              8, block, "a transfer of block " + block + " is still under way after its discard");
        }
      }
    }
  }

  String describe(int block) {
    return BlockWord.describe(table.word(block)) + " subblocks " + letters(block);
  }

  /** A letter for each subblock: dirty, clean, stored, a point for untouched. */
  String letters(int block) {
    StringBuilder text = new StringBuilder();
    for (int subblock = 0; subblock < subblocks; subblock++) {
      long offset = geometry.offsetOf(block, subblock);
      boolean present = kernel.look(offset, subblockBytes) != 0;
      text.append(table.isStored(block, subblock) ? (present ? 'C' : 'S') : (present ? 'D' : '.'));
    }
    return text.toString();
  }
}
