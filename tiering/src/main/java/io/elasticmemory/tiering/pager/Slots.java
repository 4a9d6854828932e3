package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.tiering.policy.OrderedPlacement;
import io.elasticmemory.tiering.policy.PlacementPolicy;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all donors and the trips to them. A slot is handed out again only when no block
 * names it and the last transfer to or from it has ended.
 */
final class Slots implements PlacementPolicy.Donors {
  private final SlotMap[] maps;
  private final List<Trip> trips = new ArrayList<>();
  private final Geometry geometry;
  private final Clock clock;
  private final Counters counters;
  private final Rules rules;
  private final PlacementPolicy placement;

  /** For each donor, the departures it has kept beyond their deadlines. */
  private final int[] late;

  /** Of those a donor may have before it gets nothing new. */
  private int lateMax = Integer.MAX_VALUE;

  /** Slots of each donor for blocks that do not compress, while nothing is stored there. */
  private final int[] all;

  /** For each donor, whether it has refused a leg that a thread waits for, since all were tried. */
  private final boolean[] urgentWaits;

  private int startedSincePoll;
  private int underWayElsewhere;

  /** A donor has refused a leg since everything was last offered. */
  private boolean refused;

  Slots(
      List<Donor> donors,
      Geometry geometry,
      Clock clock,
      Counters counters,
      long faultTimeoutNanos,
      Rules rules,
      LongFunction<MemorySegment> privateMemory) {
    this.geometry = geometry;
    this.clock = clock;
    this.counters = counters;
    this.rules = rules;
    maps = new SlotMap[donors.size()];
    late = new int[maps.length];
    all = new int[maps.length];
    urgentWaits = new boolean[maps.length];
    int[] ranks = new int[maps.length];
    for (int i = 0; i < maps.length; i++) {
      maps[i] =
          new SlotMap(
              donors.get(i),
              geometry.blockBytes(),
              BlockWord.SLOTS_MAX,
              faultTimeoutNanos,
              privateMemory);
      ranks[i] = donors.get(i).tier().ordinal();
      all[i] = freeSlots(i);
      gaugeFree(i, maps[i].slots());
    }
    placement = new OrderedPlacement(ranks);
  }

  /** Trips announce themselves once, when their pool is made. */
  void register(Trip trip) {
    trips.add(trip);
  }

  @Override
  public int count() {
    return maps.length;
  }

  /** Where a donor has more slots than room, those for which there is room in any case. */
  @Override
  public int freeSlots(int donor) {
    long room = maps[donor].donor().roomBytes() / geometry.blockBytes();
    return (int) Math.min(maps[donor].free(), room);
  }

  @Override
  public long readNanos(int donor) {
    return maps[donor].readNanos();
  }

  /** A read that somebody waited for has taken so long. */
  void observed(int donor, long nanos) {
    maps[donor].observed(nanos);
  }

  @Override
  public boolean isAvoided(int donor) {
    return late[donor] >= lateMax || maps[donor].isAvoided(clock.nanoTime());
  }

  Donor donor(int donor) {
    return maps[donor].donor();
  }

  Tier tier(int donor) {
    return maps[donor].donor().tier();
  }

  int slots(int donor) {
    return maps[donor].slots();
  }

  void avoid(int donor) {
    maps[donor].avoid(clock.nanoTime());
  }

  /** A donor that keeps so many late departures is avoided until it gives one back. */
  void lateMax(int departures) {
    lateMax = departures;
  }

  /** A departure has passed its deadline. */
  void late(Departure departure) {
    avoid(departure.donor);
    if (departure.isUnderWay()) {
      departure.late = true;
      late[departure.donor]++;
    }
  }

  void trust(int donor) {
    maps[donor].trust();
  }

  /** The donor for a block that has no slot, or {@link PlacementPolicy#NOWHERE}. */
  int place() {
    return placement.place(this);
  }

  /** The donor for a block that COMPRESSED does not take, or {@link PlacementPolicy#NOWHERE}. */
  int placePassing() {
    return placement.place(uncompressed);
  }

  /** The donors but for those that compress. */
  private final PlacementPolicy.Donors uncompressed =
      new PlacementPolicy.Donors() {
        @Override
        public int count() {
          return Slots.this.count();
        }

        @Override
        public int freeSlots(int donor) {
          return isCompressed(donor) ? 0 : Slots.this.freeSlots(donor);
        }

        @Override
        public long readNanos(int donor) {
          return Slots.this.readNanos(donor);
        }

        @Override
        public boolean isAvoided(int donor) {
          return Slots.this.isAvoided(donor);
        }
      };

  /** True if the donor may refuse a block for what it holds. */
  boolean isCompressed(int donor) {
    return tier(donor) == Tier.COMPRESSED;
  }

  /** The donor of one tier with the most free slots above {@code spare}, or NOWHERE. */
  int placeIn(Tier tier, int spare) {
    int best = PlacementPolicy.NOWHERE;
    for (int i = 0; i < maps.length; i++) {
      boolean fits = tier(i) == tier && freeSlots(i) > spare && !isAvoided(i);
      if (fits && (best < 0 || freeSlots(i) > freeSlots(best))) {
        best = i;
      }
    }
    return best;
  }

  /** Free slots of a tier. */
  int free(Tier tier) {
    int free = 0;
    for (int i = 0; i < maps.length; i++) {
      free += tier(i) == tier ? freeSlots(i) : 0;
    }
    return free;
  }

  /** All slots of a tier; of COMPRESSED those for which there is room whatever blocks hold. */
  int all(Tier tier) {
    int sum = 0;
    for (int i = 0; i < maps.length; i++) {
      sum += tier(i) == tier ? all[i] : 0;
    }
    return sum;
  }

  /** True if there is a slower tier. */
  boolean hasBelow(Tier tier) {
    for (int i = 0; i < maps.length; i++) {
      if (tier(i).isBelow(tier)) {
        return true;
      }
    }
    return false;
  }

  int take(int donor) {
    int slot = maps[donor].take();
    gauge(donor, 1);
    return slot;
  }

  /** No block names the slot any more: free it now, or when the last trip to it is over. */
  void release(int donor, int slot) {
    Trip trip = tripTo(donor, slot);
    if (rules.mayReuse(trip != null) || trip == null) {
      give(donor, slot);
    } else {
      trip.doomed = true;
    }
  }

  private void give(int donor, int slot) {
    int blockBytes = geometry.blockBytes();
    donor(donor).forget((long) slot * blockBytes, blockBytes);
    maps[donor].give(slot);
    gauge(donor, -1);
  }

  private void gauge(int donor, int change) {
    counters.add(TierCounters.slots(tier(donor)), change);
    gaugeFree(donor, -change);
  }

  /** In compressed memory there is room by bytes, not by slots. */
  private void gaugeFree(int donor, int change) {
    switch (tier(donor)) {
      case REMOTE -> counters.add(Counter.slotsFreeRemote, change);
      case SSD -> counters.add(Counter.slotsFreeSsd, change);
      case DRAM, COMPRESSED -> {}
    }
  }

  /** A subblock of a slot holds nothing any more; the slot has others. */
  void forget(int donor, int slot, int subblock) {
    long at = (long) slot * geometry.blockBytes() + (long) subblock * geometry.subblockBytes();
    donor(donor).forget(at, geometry.subblockBytes());
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
    Donor donor = donor(trip.donor);
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

  /** Collects what has ended. */
  boolean poll() {
    startedSincePoll = 0;
    int ended = 0;
    for (SlotMap map : maps) {
      ended += map.donor().poll(sink);
    }
    return ended > 0;
  }

  /** True while a donor has a transfer that needs no CPU of this machine. */
  boolean awaitsElsewhere() {
    return underWayElsewhere > 0;
  }

  /** True if something was started that the donors have not been polled for, or not done yet. */
  boolean hasUnsent() {
    if (startedSincePoll > 0) {
      return true;
    }
    for (SlotMap map : maps) {
      if (map.donor().hasWork()) {
        return true;
      }
    }
    return false;
  }

  private final Donor.Ended sink = this::ended;

  private void ended(Transfer transfer) {
    Leg leg = (Leg) transfer;
    Trip trip = leg.trip();
    underWayElsewhere -= donor(trip.donor).isElsewhere() ? 1 : 0;
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

  private void settleLate(Trip trip) {
    if (trip.late && !trip.isUnderWay()) {
      trip.late = false;
      late[trip.donor]--;
    }
  }

  private void freeDoomedSlot(Trip trip) {
    if (trip.doomed && !trip.isUnderWay()) {
      trip.doomed = false;
      release(trip.donor, trip.slot);
    }
  }

  private void countBytes(Trip trip, Leg leg) {
    Counter counter = TierCounters.bytes(tier(trip.donor), leg.isWrite());
    counters.add(counter, leg.outcome() == Transfer.Outcome.DONE ? leg.bytes() : 0);
  }
}
