package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All trips to and from the donors: their legs are started here and collected here. It knows what
 * is under way to a slot, so it is here that a slot is given up: it is handed out again only when
 * no block names it and the last transfer to or from it has ended.
 */
final class Traffic {
  private final List<Trip> trips = new ArrayList<>();
  private final Slots slots;
  private final Geometry geometry;
  private final Counters counters;
  private final Rules rules;
  private final Donor.Ended sink = this::ended;

  /** For each donor, whether it has refused a leg that a thread waits for, since all were tried. */
  private final boolean[] urgentWaits;

  private int startedSincePoll;
  private int underWayElsewhere;

  /** A donor has refused a leg since everything was last offered. */
  private boolean refused;

  Traffic(Slots slots, Geometry geometry, Counters counters, Rules rules) {
    this.slots = slots;
    this.geometry = geometry;
    this.counters = counters;
    this.rules = rules;
    urgentWaits = new boolean[slots.count()];
  }

  /** Trips announce themselves once, when their pool is made. */
  void register(Trip trip) {
    trips.add(trip);
  }

  /** Fills a leg of a trip that has donor, slot and frame. */
  void addLeg(
      Trip trip, Frames frames, int frameAt, int first, int count, boolean write, boolean urgent) {
    Leg leg = trip.addLeg();
    leg.cover(first, count);
    leg.ask(
        write,
        urgent,
        (long) trip.slot * geometry.blockBytes() + (long) first * geometry.subblockBytes(),
        frames.memory(),
        frames.offset(trip.frame) + frameAt,
        count * geometry.subblockBytes());
  }

  /**
   * Hands legs to the donor until it is full or none is left. Nothing overtakes what a thread waits
   * for: a donor whose few places went to what is brought ahead could keep that thread for ever.
   */
  void start(Trip trip) {
    Donor donor = slots.donor(trip.donor);
    requireFenced(trip);
    while (trip.hasUnstarted() && (!urgentWaits[trip.donor] || trip.unstarted().isUrgent())) {
      if (!donor.start(trip.unstarted())) {
        urgentWaits[trip.donor] |= trip.unstarted().isUrgent();
        break;
      }
      trip.started();
      startedSincePoll++;
      underWayElsewhere += donor.isElsewhere() ? 1 : 0;
    }
    refused |= trip.hasUnstarted();
  }

  /** Invariant 12: a donor is written only when nothing of an earlier pager is on its way there. */
  private void requireFenced(Trip trip) {
    if (trip.hasUnstarted() && trip.unstarted().isWrite() && !slots.isFenced(trip.donor)) {
      throw new IllegalStateException(
          "invariant 12: a write to " + slots.donor(trip.donor).name() + ", which is not fenced");
    }
  }

  /** Starts what could not start before, what is urgent first. */
  boolean startPending() {
    if (!refused) {
      return false;
    }
    refused = false;
    int before = startedSincePoll;
    Arrays.fill(urgentWaits, false);
    startPending(true);
    startPending(false);
    return startedSincePoll > before;
  }

  private void startPending(boolean urgent) {
    for (int i = 0; i < trips.size(); i++) {
      Trip trip = trips.get(i);
      if (trip.active && trip.hasUnstarted() && trip.unstarted().isUrgent() == urgent) {
        start(trip);
      }
    }
  }

  /** True while a donor may have refused something: it must be asked again, and will not call. */
  boolean hasUnstarted() {
    return refused;
  }

  /** True if something was started that the donors have not been polled for, or not done yet. */
  boolean hasUnsent() {
    if (startedSincePoll > 0) {
      return true;
    }
    for (int i = 0; i < slots.count(); i++) {
      if (slots.donor(i).hasWork()) {
        return true;
      }
    }
    return false;
  }

  /** How long until a donor has something to do although nothing calls. */
  long nanosToNextEvent() {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < slots.count(); i++) {
      next = Math.min(next, slots.donor(i).nanosToNextEvent());
    }
    return next;
  }

  /** True while a donor has a transfer that needs no CPU of this machine. */
  boolean awaitsElsewhere() {
    return underWayElsewhere > 0;
  }

  /** Collects what has ended. */
  boolean poll() {
    startedSincePoll = 0;
    int ended = 0;
    for (int i = 0; i < slots.count(); i++) {
      ended += slots.donor(i).poll(sink);
    }
    return ended > 0;
  }

  private void ended(Transfer transfer) {
    Leg leg = (Leg) transfer;
    Trip trip = leg.trip();
    underWayElsewhere -= slots.donor(trip.donor).isElsewhere() ? 1 : 0;
    trip.ended(leg.outcome());
    if (leg.outcome() != Transfer.Outcome.DONE && leg.outcome() != Transfer.Outcome.REFUSED) {
      counters.add(Counter.transfersFailed, 1);
    }
    countBytes(trip, leg);
    freeDoomedSlot(trip);
    settleLate(trip);
    if (trip.isOver()) {
      trip.over();
    } else {
      trip.legEnded(leg);
    }
  }

  private void countBytes(Trip trip, Leg leg) {
    Counter counter = TierCounters.bytes(slots.tier(trip.donor), leg.isWrite());
    counters.add(counter, leg.outcome() == Transfer.Outcome.DONE ? leg.bytes() : 0);
  }

  private void freeDoomedSlot(Trip trip) {
    if (trip.doomed && !trip.isUnderWay()) {
      trip.doomed = false;
      release(trip.donor, trip.slot);
    }
  }

  private void settleLate(Trip trip) {
    if (trip.late && !trip.isUnderWay()) {
      trip.late = false;
      slots.givesBackLate(trip.donor);
    }
  }

  /** A departure has passed its deadline. */
  void late(Departure departure) {
    slots.avoid(departure.donor);
    if (departure.isUnderWay()) {
      departure.late = true;
      slots.keepsLate(departure.donor);
    }
  }

  /** No block names the slot any more: free it now, or when the last trip to it is over. */
  void release(int donor, int slot) {
    Trip trip = tripTo(donor, slot);
    if (rules.mayReuse(trip != null) || trip == null) {
      slots.give(donor, slot);
    } else {
      trip.doomed = true;
    }
  }

  /** True while a transfer to or from the slot has not ended. */
  boolean isBusy(int donor, int slot) {
    return tripTo(donor, slot) != null;
  }

  private @Nullable Trip tripTo(int donor, int slot) {
    for (int i = 0; i < trips.size(); i++) {
      Trip trip = trips.get(i);
      if (trip.active && trip.isUnderWay() && trip.donor == donor && trip.slot == slot) {
        return trip;
      }
    }
    return null;
  }
}
