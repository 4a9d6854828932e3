package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Transfer;

/** The stored subblocks of a block on their way from one slot to another, by way of a frame. */
final class Move extends Trip {
  private final Mover mover;

  /** What is moved: all that was stored when the move began. */
  final Mask moving;

  int targetDonor;
  int targetSlot;

  /** The bytes are in the frame and checked; the legs go to the target now. */
  boolean writing;

  /** The first subblock that has not been asked for in this phase. */
  int next;

  Move(Mover mover, int subblocks) {
    this.mover = mover;
    moving = new Mask(subblocks);
  }

  @Override
  void over() {
    mover.over(this);
  }

  /** A failed leg ends the move as soon as no other is under way. */
  boolean hasFailed() {
    return failure() != Transfer.Outcome.DONE;
  }
}
