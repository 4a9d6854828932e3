package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import java.util.ArrayList;
import java.util.List;

/**
 * Clogs the links of some donors one after the other, and frees them one after the other in another
 * order: what they answer meanwhile is held, and nothing is lost. So each sees the others go, and
 * come back, at other moments than its neighbours do. After FoundationDB's swizzle-clogging.
 */
final class Swizzle {
  /** Clogging takes at most this part of a fault's patience, and freeing this one. */
  private static final int CLOGGING_PART = 8;

  private static final int FREEING_PART = 4;

  private final World world;
  private final Seeded random;
  private final long patienceNanos;
  private final List<SimDonor> linked = new ArrayList<>();

  Swizzle(World world) {
    this.world = world;
    random = world.random;
    patienceNanos = world.scenario.settings().faultTimeoutNanos();
    for (SimDonor donor : world.donors) {
      if (donor.tier() != Tier.COMPRESSED) {
        linked.add(donor);
      }
    }
  }

  /** True if there are several links. */
  boolean isPossible() {
    return linked.size() > 1;
  }

  /** Begins now; returns when all are free again. */
  long begin() {
    List<SimDonor> chosen = someInAnyOrder(linked, 2 + random.below(linked.size() - 1));
    world.tally.add(Happening.SWIZZLED);
    long now = world.clock.nanoTime();
    long[] clogAt = moments(now, patienceNanos / CLOGGING_PART, chosen.size());
    long lastClogged = clogAt[chosen.size() - 1];
    long[] freeAt = moments(lastClogged, patienceNanos / FREEING_PART, chosen.size());
    List<SimDonor> freed = someInAnyOrder(chosen, chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      SimDonor donor = chosen.get(i);
      long until = freeAt[freed.indexOf(donor)];
      world.agenda.at(clogAt[i], () -> clog(donor, until));
    }
    return freeAt[chosen.size() - 1];
  }

  /** So many moments in order, all within so much time. */
  private long[] moments(long from, long nanos, int count) {
    long[] moments = new long[count];
    long at = from;
    for (int i = 0; i < count; i++) {
      at += random.between(0, nanos / count);
      moments[i] = at;
    }
    return moments;
  }

  private List<SimDonor> someInAnyOrder(List<SimDonor> donors, int count) {
    List<SimDonor> left = new ArrayList<>(donors);
    List<SimDonor> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      chosen.add(left.remove(random.below(left.size())));
    }
    return chosen;
  }

  private void clog(SimDonor donor, long until) {
    world.trace.add(
        "what donor %2$d answers is held for %3$d ns",
        SimFailure.NO_BLOCK, donor.index(), until - world.clock.nanoTime());
    donor.suffer(Trouble.CLOGGED, until);
    if (linked.stream().allMatch(other -> other.suffers(Trouble.CLOGGED))) {
      world.tally.add(Happening.ALL_DONORS_CLOGGED);
    }
    if (donor.isMirrored()) {
      SimDonor other = world.donors.get(donor.index() + (donor.isCopy() ? -1 : 1));
      if (other.suffers(Trouble.CLOGGED)) {
        world.tally.add(Happening.BOTH_SIDES_CLOGGED);
      }
    }
  }
}
