package io.elasticmemory.tiering.policy;

/** The fastest tier that has room and works; within a tier the donor with the most free slots. */
public final class OrderedPlacement implements PlacementPolicy {
  private final int[] tierOfDonor;

  /**
   * Placement over these donors.
   *
   * @param tierOfDonor the tier's rank of each donor, never falling
   */
  public OrderedPlacement(int[] tierOfDonor) {
    this.tierOfDonor = tierOfDonor.clone();
  }

  @Override
  public int place(Donors donors) {
    int best = NOWHERE;
    for (int donor = 0; donor < donors.count(); donor++) {
      if (donors.freeSlots(donor) == 0 || donors.isAvoided(donor)) {
        continue;
      }
      if (best == NOWHERE) {
        best = donor;
      } else if (tierOfDonor[donor] > tierOfDonor[best]) {
        break;
      } else if (donors.freeSlots(donor) > donors.freeSlots(best)) {
        best = donor;
      }
    }
    return best;
  }
}
