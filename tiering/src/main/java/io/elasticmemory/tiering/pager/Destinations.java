package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.policy.PlacementPolicy;
import io.elasticmemory.wire.BlockWord;

/**
 * Where blocks that leave go: to the slot they have, to a new one, and on to another when their
 * donor fails or refuses them. A block that COMPRESSED has refused passes it by for some time.
 */
final class Destinations {
  /** Stores of a block for which COMPRESSED is not asked again once it has refused the block. */
  private static final int STORES_AFTER_REFUSAL = 8;

  private final Blocks blocks;
  private final TripPool<Departure> departures;
  private final Mover mover;
  private final Mask present;

  /** So few that all donors but one cannot hold all frames. */
  private final int framesPerDonor;

  Destinations(Blocks blocks, TripPool<Departure> departures, int frames, Mover mover) {
    this.blocks = blocks;
    this.departures = departures;
    this.mover = mover;
    present = new Mask(blocks.geometry.subblocks());
    int donors = blocks.slots.count();
    framesPerDonor = donors < 2 ? frames : Math.max(1, (frames - 1) / (donors - 1));
    blocks.slots.lateMax(framesPerDonor);
  }

  /** Where the block will go, or NOWHERE; where it is already, if its donor works. */
  int of(int block, long word) {
    boolean stays = BlockWord.hasSlot(word) && !isUnwilling(block, BlockWord.donor(word));
    return stays ? BlockWord.donor(word) : place(block);
  }

  /** True if the donor fails, or has refused the block lately. */
  private boolean isUnwilling(int block, int donor) {
    return blocks.slots.isAvoided(donor)
        || (blocks.slots.isCompressed(donor) && blocks.residency.refused(block) > 0);
  }

  private int place(int block) {
    return blocks.residency.refused(block) > 0 ? blocks.slots.placePassing() : blocks.slots.place();
  }

  /**
   * True if the donor has as many frames as one may: there is one for others if it never answers.
   */
  boolean holdsItsShare(int donor) {
    int held = 0;
    for (int i = 0; i < departures.inUse(); i++) {
      held += departures.get(i).donor == donor ? 1 : 0;
    }
    return held >= framesPerDonor;
  }

  /** Gives a departure a new slot; false if no donor has one. */
  boolean takeSlot(Departure departure) {
    int donor = place(departure.block);
    if (donor == PlacementPolicy.NOWHERE) {
      return false;
    }
    int refused = blocks.residency.refused(departure.block);
    blocks.residency.refused(departure.block, Math.max(0, refused - 1));
    departure.donor = donor;
    departure.slot = blocks.slots.take(donor, departure.block);
    return true;
  }

  /**
   * Stores into the slot the block has. If its donor does not take it, and all that is stored there
   * is present too, the block needs that slot no more and can go elsewhere.
   *
   * @return false if the block cannot leave as long as that donor fails, or before it has moved
   */
  boolean keepSlot(Departure departure, long word) {
    int block = departure.block;
    if (!isUnwilling(block, BlockWord.donor(word))) {
      departure.donor = BlockWord.donor(word);
      departure.slot = BlockWord.slot(word);
      return true;
    }
    if (!dropStored(block)) {
      return false;
    }
    blocks.giveEmptySlotBack(block);
    return true;
  }

  /**
   * Makes what is stored dirty, if all of it is present. A block that COMPRESSED has refused, and
   * that needs more of its slot than that, has to move first.
   */
  private boolean dropStored(int block) {
    blocks.residency.present(block, present);
    Mask stored = blocks.scratch();
    blocks.stored(block, stored);
    stored.removeAll(present);
    if (!stored.isEmpty()) {
      mover.passOn(block);
      return false;
    }
    blocks.stored(block, stored);
    blocks.table.removeAllStored(block);
    blocks.unprotect(block, stored);
    return true;
  }

  /**
   * Takes another slot for a departure that its donor has refused, and names it in the table.
   *
   * @return false if there is none, or the block needs more of the old one than the departure has
   */
  boolean change(Departure departure) {
    int block = departure.block;
    blocks.residency.refused(block, STORES_AFTER_REFUSAL);
    int target = blocks.slots.placePassing();
    if (target == PlacementPolicy.NOWHERE || holdsItsShare(target) || !dropStored(block)) {
      return false;
    }
    int refusing = departure.donor;
    int refusedSlot = departure.slot;
    departure.donor = target;
    departure.slot = blocks.slots.take(target, block);
    blocks.word(block, BlockWord.withSlot(blocks.word(block), target, departure.slot));
    blocks.traffic.release(refusing, refusedSlot);
    return true;
  }
}
