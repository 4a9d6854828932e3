package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;

/** What a pager that takes over at this moment would find, beside what the model allows. */
final class Comparison {
  private final Geometry geometry;
  private final Adoption adoption;
  private final Model model;
  private final Damage damage;
  private final Invariants invariants;

  Comparison(
      Geometry geometry, Adoption adoption, Model model, Damage damage, Invariants invariants) {
    this.geometry = geometry;
    this.adoption = adoption;
    this.model = model;
    this.damage = damage;
    this.invariants = invariants;
  }

  /** Rehearses an adoption of the block's subblocks in {@code [from, to)}. */
  void check(int block, int from, int to) {
    for (int subblock = from; subblock < to; subblock++) {
      checkBytes(block, subblock);
    }
    if (adoption.isBeingForgotten(block) && !model.isDiscarded(block)) {
      throw new SimFailure("block " + block + " is being discarded; nobody asked", block);
    }
  }

  private void checkBytes(int block, int subblock) {
    int offset = (int) geometry.offsetOf(block, subblock);
    if (!adoption.adopt(block, subblock)) {
      if (!damage.isBroken(block, subblock) && !damage.isOnItsWay(block)) {
        throw new SimFailure(
            "subblock "
                + subblock
                + " of block "
                + block
                + " "
                + adoption.flaw()
                + ": "
                + invariants.describe(block),
            block);
      }
    } else if (!model.allows(
        offset, adoption.source(), adoption.sourceAt(), geometry.subblockBytes())) {
      throw new SimFailure(mismatch(block, subblock, offset), block);
    }
  }

  private String mismatch(int block, int subblock, int offset) {
    byte[] found = adoption.source();
    int foundAt = adoption.sourceAt();
    int at = model.mismatch(offset, found, foundAt, geometry.subblockBytes()) & -8;
    return "an adopter would find "
        + Model.word(found, foundAt + at)
        + " in word "
        + (subblock * geometry.subblockBytes() + at) / 8
        + " of block "
        + block
        + ", which must hold "
        + model.word(offset + at)
        + ": "
        + invariants.describe(block);
  }
}
