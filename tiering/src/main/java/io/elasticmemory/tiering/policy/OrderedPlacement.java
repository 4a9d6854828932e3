package io.elasticmemory.tiering.policy;

/**
 * The fastest tier that has room and works. Within a tier blocks are striped: the donor with the
 * most free slots gets the next one, and one whose reads take twice as long counts half of them. So
 * equal donors take turns, and a slow one fills up when the others are nearly full.
 */
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
      } else if (isBetter(donors, donor, best)) {
        best = donor;
      }
    }
    return best;
  }

  private static boolean isBetter(Donors donors, int donor, int best) {
    long nanos = donors.readNanos(donor);
    long bestNanos = donors.readNanos(best);
    boolean known = nanos > 0 && bestNanos > 0;
    long weight = donors.freeSlots(donor) * (known ? bestNanos : 1);
    return weight > donors.freeSlots(best) * (known ? nanos : 1);
  }
}
