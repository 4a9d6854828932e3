package io.elasticmemory.tiering.sim;

import io.elasticmemory.counters.Counter;

/** The state in which nothing is left to do, and what the pager must have counted by then. */
record Rest(World world, Pager pager, Commands commands) {
  /** True if nothing is under way and nobody waits. */
  boolean hasCome() {
    for (SimDonor donor : world.donors) {
      if (!donor.flights().isEmpty() || !donor.pairing().transfers().isEmpty()) {
        return false;
      }
    }
    return world.application.isIdle()
        && commands.open() == 0
        && world.busyBlock() < 0
        && !pager.isAdopting();
  }

  /** Invariants 1 and 9, as far as the pager counts: what it counts is what there is. */
  void checkCounters() {
    long named = 0;
    for (SimDonor donor : world.donors) {
      named += world.slots.namedSlots(donor.index());
    }
    long counted =
        world.counters.get(Counter.slotsCompressed)
            + world.counters.get(Counter.slotsRemote)
            + world.counters.get(Counter.slotsSsd);
    if (counted != named) {
      throw new SimFailure(
          "invariant 1: the pager counts " + counted + " slots in use, the table names " + named);
    }
    long strange =
        world.tally.count(Happening.ALIEN_PAGE)
            + world.tally.count(Happening.PAGE_PINNED)
            + world.tally.count(Happening.PAGE_REMOVED_BY_APPLICATION);
    long resident = world.counters.get(Counter.residentBytes);
    long present = world.presentSubblockBytes();
    if (strange == 0 && resident != present) {
      throw new SimFailure(
          "invariant 9: the pager counts " + resident + " resident bytes, the kernel " + present);
    }
  }
}
