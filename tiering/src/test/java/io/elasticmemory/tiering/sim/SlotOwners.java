package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.List;

/**
 * Which block each slot belongs to, as the entries say, and the invariants about it: 1, that a slot
 * has one owner and its transfers do not disturb each other, and 10, that there are enough slots.
 */
final class SlotOwners {
  private final Geometry geometry;
  private final List<SimDonor> donors;
  private final Judge judge;
  private final int[][] owners;
  private final SlotNotes notes;

  SlotOwners(Geometry geometry, List<SimDonor> donors, SlotNotes notes, Judge judge) {
    this.geometry = geometry;
    this.notes = notes;
    this.donors = donors;
    this.judge = judge;
    owners = new int[donors.size()][];
    for (SimDonor donor : donors) {
      owners[donor.index()] = new int[donor.slots()];
    }
  }

  /**
   * Invariant 1: a slot has one owner, and none while transfers of an earlier one are under way.
   */
  void rename(int block, long word, long target, long newWord, long newTarget) {
    disown(block, word);
    disown(block, target);
    own(block, newWord, isNamed(word, newWord) || isNamed(target, newWord));
    if (!isNamed(newWord, newTarget)) {
      own(block, newTarget, isNamed(word, newTarget) || isNamed(target, newTarget));
    }
  }

  private static boolean isNamed(long word, long other) {
    return BlockWord.hasSlot(word)
        && BlockWord.donor(word) == BlockWord.donor(other)
        && BlockWord.slot(word) == BlockWord.slot(other);
  }

  private void disown(int block, long word) {
    if (BlockWord.hasSlot(word)) {
      int[] slots = owners[BlockWord.donor(word)];
      if (slots[BlockWord.slot(word)] == block + 1) {
        slots[BlockWord.slot(word)] = 0;
      }
    }
  }

  private void own(int block, long word, boolean already) {
    if (!BlockWord.hasSlot(word)) {
      return;
    }
    int donor = BlockWord.donor(word);
    int slot = BlockWord.slot(word);
    int owner = owners[donor][slot] - 1;
    if (owner >= 0 && owner != block) {
      judge.violated(
          1,
          block,
          "block "
              + block
              + " names slot "
              + slot
              + " of donor "
              + donor
              + ", which is block "
              + owner
              + "'s");
    }
    if (!notes.mayBeNamed(donor, slot)) {
      judge.violated(
          1, block, "slot " + slot + " of donor " + donor + " is named and not noted as taken");
    }
    if (!already && isBusy(donor, slot)) {
      judge.violated(
          1,
          block,
          "block "
              + block
              + " names slot "
              + slot
              + " of donor "
              + donor
              + ", to or from which a transfer is still under way");
    }
    owners[donor][slot] = block + 1;
  }

  private boolean isBusy(int donor, int slot) {
    SimDonor of = donors.get(donor);
    return of.isMirrored()
        ? of.pairing().transfers().stream().anyMatch(transfer -> slotOf(transfer) == slot)
        : isBusy(of.flights(), slot) || isBusy(of.orphans(), slot);
  }

  private boolean isBusy(List<Flight> flights, int slot) {
    for (Flight flight : flights) {
      if (slotOf(flight) == slot) {
        return true;
      }
    }
    return false;
  }

  /** Slots of a donor that some entry names. */
  int namedSlots(int donor) {
    int count = 0;
    for (int owner : owners[donor]) {
      count += owner != 0 ? 1 : 0;
    }
    return count;
  }

  /**
   * Invariant 10: there is a free slot for every block that has none that it can keep.
   *
   * @param words of the entries of all blocks
   * @param targets of the same
   */
  void checkFree(long[] words, long[] targets) {
    int free = 0;
    for (SimDonor donor : donors) {
      if (donor.tier() != Tier.COMPRESSED && !donor.isCopy()) {
        free += donor.slots() - namedSlots(donor.index()) - orphans(donor);
      }
    }
    int needed = 0;
    for (int block = 0; block < words.length; block++) {
      needed += hasPromise(words[block]) || hasPromise(targets[block]) ? 0 : 1;
    }
    if (free < needed) {
      judge.violated(10, -1, free + " slots are free, and " + needed + " blocks may need one");
    }
  }

  /** Compressed memory promises nothing. */
  private boolean hasPromise(long word) {
    return BlockWord.hasSlot(word) && donors.get(BlockWord.donor(word)).tier() != Tier.COMPRESSED;
  }

  /** Slots that nobody names and a transfer keeps busy. */
  private int orphans(SimDonor donor) {
    int count = 0;
    List<Transfer> transfers =
        donor.isMirrored()
            ? donor.pairing().transfers()
            : donor.flights().stream().map(flight -> flight.transfer).toList();
    for (int i = 0; i < transfers.size(); i++) {
      int slot = slotOf(transfers.get(i));
      boolean counted = owners[donor.index()][slot] != 0;
      for (int j = 0; j < i && !counted; j++) {
        counted = slotOf(transfers.get(j)) == slot;
      }
      count += counted ? 0 : 1;
    }
    return count;
  }

  private int slotOf(Flight flight) {
    return slotOf(flight.transfer);
  }

  private int slotOf(Transfer transfer) {
    return (int) (transfer.position() / geometry.blockBytes());
  }

  /** The block that names a slot, -1 if none does. */
  int owner(int donor, int slot) {
    return owners[donor][slot] - 1;
  }

  // ---- when a transfer starts

  /** The block that names the slot of a transfer, -1 if none does. */
  int ownerOf(SimDonor donor, Transfer transfer) {
    int slot = slotOf(transfer);
    int owner = owner(donor.index(), slot);
    if (owner < 0) {
      judge.violated(
          1,
          -1,
          "a transfer starts on slot "
              + slot
              + " of donor "
              + donor.index()
              + ", which no entry names");
    }
    return owner;
  }

  /** Nobody else uses the frame of a transfer that starts, or its place in a way that hurts. */
  void checkOthers(SimDonor donor, Flight flight) {
    for (SimDonor other : donors) {
      for (Flight earlier : other.flights()) {
        if (earlier != flight) {
          checkFrames(earlier, flight);
          if (other == donor && !donor.isMirrored()) {
            checkSlots(earlier, flight, slotOf(flight));
          }
        }
      }
    }
    for (Flight orphan : donor.isMirrored() ? List.<Flight>of() : donor.orphans()) {
      checkSlots(orphan, flight, slotOf(flight));
    }
  }

  private void checkFrames(Flight earlier, Flight flight) {
    boolean filled = !earlier.transfer.isWrite() || !flight.transfer.isWrite();
    if (filled && earlier.overlapsFrame(flight.transfer)) {
      judge.violated(
          1,
          flight.block,
          "a frame of a transfer under way (block "
              + earlier.block
              + ") is used by block "
              + flight.block);
    }
  }

  private void checkSlots(Flight earlier, Flight flight, int slot) {
    boolean sameSlot = earlier.transfer.position() / geometry.blockBytes() == slot;
    boolean sameLife = earlier.block == flight.block && earlier.generation == flight.generation;
    boolean aWrite = earlier.transfer.isWrite() || flight.transfer.isWrite();
    if (sameSlot && earlier.block != flight.block) {
      judge.violated(
          1,
          flight.block,
          "block "
              + flight.block
              + " uses slot "
              + slot
              + " while a transfer of block "
              + earlier.block
              + " is under way there");
    }
    if (sameSlot && earlier.transfer.isWrite() && flight.transfer.isWrite() && !sameLife) {
      judge.violated(
          1,
          flight.block,
          "a second write to slot " + slot + " starts while an older one is under way");
    }
    if (aWrite && earlier.overlapsPlace(flight.transfer)) {
      judge.violated(
          1,
          flight.block,
          "a write overlaps another transfer in slot " + slot + " of block " + flight.block);
    }
  }
}
