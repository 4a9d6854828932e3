package io.elasticmemory.tiering.pager;

/**
 * A block that is leaving: its dirty subblocks, read out under protection, on their way to a slot.
 */
final class Departure extends Trip {
  private final Evictor evictor;

  /** The subblocks this departure protected and read out. */
  final Mask named;

  /** Those of them that were all zero: they are punched, not stored. */
  final Mask zeros;

  /** Those of them that are being stored. */
  final Mask storing;

  /** What is being stored was sealed, in the frame. */
  boolean sealed;

  Departure(Evictor evictor, int subblocks) {
    this.evictor = evictor;
    named = new Mask(subblocks);
    zeros = new Mask(subblocks);
    storing = new Mask(subblocks);
  }

  @Override
  void over() {
    evictor.over(this);
  }
}
