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
import java.util.function.IntFunction;
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

  private final Rules rules;

  /** False while slots that look free may be taken. */
  private boolean known = true;

  /** Donors of which that is sure. */
  private final boolean[] fenced;

  /** For each donor, the departures it has kept beyond their deadlines. */
  private final int[] late;

  /** Of those a donor may have before it gets nothing new. */
  private int lateMax = Integer.MAX_VALUE;

  /** Slots of each donor for blocks that do not compress, while nothing is stored there. */
  private final int[] all;

  /**
   * All slots.
   *
   * @param contents for donors that check what they keep
   * @param noted for each donor where its taken slots are noted; of no bytes if they are not
   * @param isFirst whether no earlier pager has noted any
   */
  Slots(
      List<Donor> donors,
      Geometry geometry,
      SlotContents contents,
      Clock clock,
      Counters counters,
      long faultTimeoutNanos,
      Rules rules,
      IntFunction<MemorySegment> noted,
      boolean isFirst,
      LongFunction<MemorySegment> privateMemory) {
    this.geometry = geometry;
    this.rules = rules;
    this.clock = clock;
    this.counters = counters;
    maps = new SlotMap[donors.size()];
    late = new int[maps.length];
    all = new int[maps.length];
    fenced = new boolean[maps.length];
    int[] ranks = new int[maps.length];
    for (int i = 0; i < maps.length; i++) {
      maps[i] =
          new SlotMap(
              donors.get(i),
              geometry.blockBytes(),
              BlockWord.SLOTS_MAX,
              faultTimeoutNanos,
              rules.staysTaken() ? noted.apply(i) : MemorySegment.NULL,
              isFirst,
              privateMemory);
      maps[i].checkBy(i, contents, privateMemory);
      ranks[i] = donors.get(i).tier().ordinal();
      // What an earlier pager has stored takes room, but the tier is there.
      all[i] = Math.max(Math.min(maps[i].slots(), room(i)), Math.min(1, maps[i].slots()));
    }
    setGauges();
    placement = new OrderedPlacement(ranks);
  }

  /** From nothing: the page of counters may be that of an earlier pager. */
  private void setGauges() {
    counters.set(Counter.slotsFreeRemote, 0);
    counters.set(Counter.slotsFreeSsd, 0);
    for (int i = 0; i < maps.length; i++) {
      counters.set(TierCounters.slots(tier(i)), 0);
    }
    for (int i = 0; i < maps.length; i++) {
      counters.add(TierCounters.slots(tier(i)), maps[i].slots() - maps[i].free());
      gaugeFree(i, maps[i].free());
    }
  }

  @Override
  public int count() {
    return maps.length;
  }

  /** While it is not known which slots are taken, nobody gets one of those that are not noted. */
  void known(boolean value) {
    known = value;
    for (int i = 0; value && i < maps.length; i++) {
      donor(i).holdings().holdsNothingElse();
    }
  }

  /** A block of an earlier pager has this slot. */
  void adopt(int donor, int slot, int block) {
    maps[donor].adopt(slot, block);
    donor(donor).holdings().holds((long) slot * geometry.blockBytes());
    if (!maps[donor].isNoted()) {
      gauge(donor, 1);
    }
  }

  /** True if nothing that an earlier pager has begun to write can change the donor any more. */
  boolean isFenced(int donor) {
    if (!fenced[donor]) {
      fenced[donor] = rules.mayWrite(donor(donor).isFenced());
    }
    return fenced[donor];
  }

  /** Where a donor has more slots than room, those for which there is room in any case. */
  @Override
  public int freeSlots(int donor) {
    return Math.min(maps[donor].free(), room(donor));
  }

  private int room(int donor) {
    long room = maps[donor].donor().holdings().roomBytes() / geometry.blockBytes();
    return (int) Math.min(room, maps[donor].slots());
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
    return late[donor] >= lateMax
        || maps[donor].isAvoided(clock.nanoTime())
        || !rules.mayTakeSlots(known || maps[donor].isNoted())
        || !isFenced(donor);
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

  /** A free slot of the donor, for this block. */
  int take(int donor, int block) {
    int slot = maps[donor].take(block);
    gauge(donor, 1);
    return slot;
  }

  /** Frees a slot that no block names and no transfer needs. */
  void give(int donor, int slot) {
    forgetAll(donor, slot);
    maps[donor].give(slot);
    gauge(donor, -1);
  }

  private void forgetAll(int donor, int slot) {
    int blockBytes = geometry.blockBytes();
    if (isFenced(donor)) {
      donor(donor).holdings().forget((long) slot * blockBytes, blockBytes);
    }
  }

  /**
   * Once all blocks have been looked at: of the slots from {@code from} those are free, and hold
   * nothing any more, that no block has.
   *
   * @param from a multiple of 64
   * @param words how many times 64 slots are looked at
   * @return where to go on; all slots if that was the last
   */
  int sweep(int donor, int from, int words) {
    gauge(donor, -maps[donor].sweep(from, words));
    int to = (int) Math.min(slots(donor), from + 64L * words);
    for (int slot = from; isCompressed(donor) && slot < to; slot++) {
      if (!maps[donor].isTaken(slot)) {
        forgetAll(donor, slot);
      }
    }
    return to;
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
    if (isFenced(donor)) {
      donor(donor).holdings().forget(at, geometry.subblockBytes());
    }
  }
}
