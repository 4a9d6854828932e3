package io.elasticmemory.tiering.policy;

/** Chooses the donor that gets a block which has no slot yet. Used by one thread. */
public interface PlacementPolicy {
  /** No donor has room and works. */
  int NOWHERE = -1;

  /** What the choice may look at, per donor index. */
  interface Donors {
    /** Donors there are, ordered by tier. */
    int count();

    /** Slots that are free. */
    int freeSlots(int donor);

    /** How long a read of it takes lately, in nanoseconds; 0 if none has been seen. */
    long readNanos(int donor);

    /** True while the donor has failed lately and is left alone. */
    boolean isAvoided(int donor);
  }

  /** The donor for the next new slot, or {@link #NOWHERE}. */
  int place(Donors donors);
}
