package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.tiering.policy.OrderedPlacement;
import io.elasticmemory.tiering.policy.PlacementPolicy;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The slots of all donors: which are free, which donor a block goes to, and which donors are
 * avoided.
 */
final class Slots implements PlacementPolicy.Donors {
  private final SlotMap[] maps;
  private final Geometry geometry;
  private final Clock clock;
  private final Counters counters;
  private final PlacementPolicy placement;

  /** For each donor, the departures it has kept beyond their deadlines. */
  private final int[] late;

  /** Of those a donor may have before it gets nothing new. */
  private int lateMax = Integer.MAX_VALUE;

  /** Slots of each donor for blocks that do not compress, while nothing is stored there. */
  private final int[] all;

  Slots(
      List<Donor> donors,
      Geometry geometry,
      Clock clock,
      Counters counters,
      long faultTimeoutNanos,
      LongFunction<MemorySegment> privateMemory) {
    this.geometry = geometry;
    this.clock = clock;
    this.counters = counters;
    maps = new SlotMap[donors.size()];
    late = new int[maps.length];
    all = new int[maps.length];
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

  /** A donor keeps a departure beyond its deadline. */
  void keepsLate(int donor) {
    late[donor]++;
  }

  /** A donor has given a departure back that it kept so long. */
  void givesBackLate(int donor) {
    late[donor]--;
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

  /** Frees a slot that no block names and no transfer needs. */
  void give(int donor, int slot) {
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
}
