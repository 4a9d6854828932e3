package io.elasticmemory.tiering.policy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The unit of fetching of each region, between one subblock and the region: how much around a
 * demanded subblock is worth bringing along. (ETRI's EMP calls this elastic blocks.)
 *
 * <p>A unit has one buddy, with which it makes the unit of twice the size. If the buddy is demanded
 * soon after, twice the size would have saved a fault: a vote for growing; if not, a vote against.
 * Inside a unit nothing can be seen, because what was brought along does not fault. So some fetches
 * are trials with half the unit: if the other half is not demanded, that is a vote for shrinking.
 *
 * <p>Every vote also counts for the space as a whole, and a region follows the space until its own
 * votes have led it elsewhere: so a space learns within dozens of faults, not within dozens in each
 * region.
 *
 * <p>A region costs two bytes, in memory that costs nothing until touched. Used by one thread;
 * allocates nothing after construction.
 */
final class Locality {
  /** Bytes a region needs. */
  static final int REGION_BYTES = 2;

  /** Fetches watched at a time for what happens to their buddies. */
  private static final int WATCHED = 256;

  private static final int GROW_AT = 4;
  private static final int SHRINK_AT = -3;

  /** The space needs so many times the votes of a region. */
  private static final int SPACE_VOTES = 2;

  /** So many outcomes tell a small unit that was found from the one everything begins with. */
  private static final int OUTCOMES_MIN = 64;

  private static final int TRIAL_EVERY = 4;
  private static final long NOBODY = -1;

  private final MemorySegment regions;
  private final int regionShift;
  private final long[] parent = new long[WATCHED];
  private final long[] half = new long[WATCHED];
  private final byte[] level = new byte[WATCHED];
  private final boolean[] trial = new boolean[WATCHED];
  private int fetches;
  private int spaceUnit;
  private int spaceScore;

  /** Fetches of which it is known what happened to their buddies. */
  private long outcomes;

  private long judged;
  private long used;

  /**
   * Units of regions.
   *
   * @param regions zero, {@link #REGION_BYTES} for each region
   * @param regionShift binary logarithm of the subblocks of a region
   */
  Locality(MemorySegment regions, int regionShift) {
    this.regions = regions;
    this.regionShift = regionShift;
    Arrays.fill(parent, NOBODY);
  }

  /** A fault that belongs to no stream: fills in the unit that should come. */
  void demanded(long subblock, PrefetchPolicy.Plan plan) {
    long region = subblock >>> regionShift;
    int now = unit(region);
    vote(subblock);
    int unit = now;
    boolean tries = unit > 0 && ++fetches % TRIAL_EVERY == 0;
    if (tries) {
      unit--;
    }
    if (unit < regionShift) {
      watch(subblock, unit, tries);
    }
    plan.unitFrom = subblock & -(1L << unit);
    plan.unitTo = plan.unitFrom + (1L << unit);
  }

  /** Halves of units that were left out to see whether they are demanded. */
  long judged() {
    return judged;
  }

  /** Those of them that were. */
  long used() {
    return used;
  }

  /** Binary logarithm of the unit of a region, in subblocks. */
  int unit(long region) {
    int own = regions.get(JAVA_BYTE, region * REGION_BYTES);
    return own == 0 ? spaceUnit : own - 1;
  }

  /** True if less than so much of the region is worth bringing along, as far as is known. */
  boolean isSmallerThan(int unit, long region) {
    return outcomes >= OUTCOMES_MIN && unit(region) < unit;
  }

  /** Sees whether the fault is the buddy of something fetched lately, at any size. */
  void vote(long subblock) {
    for (int unit = 0; unit < regionShift; unit++) {
      long itsParent = subblock >>> (unit + 1);
      int at = place(itsParent, unit);
      if (parent[at] == itsParent && level[at] == unit) {
        if (half[at] != subblock >>> unit) {
          count(subblock >>> regionShift, unit, trial[at], true);
          parent[at] = NOBODY;
        }
      }
    }
  }

  private void watch(long subblock, int unit, boolean tries) {
    long itsParent = subblock >>> (unit + 1);
    int at = place(itsParent, unit);
    if (parent[at] != NOBODY) {
      long region = parent[at] >>> (regionShift - level[at] - 1);
      count(region, level[at], trial[at], false);
    }
    parent[at] = itsParent;
    half[at] = subblock >>> unit;
    level[at] = (byte) unit;
    trial[at] = tries;
  }

  private static int place(long itsParent, int unit) {
    long hash = (itsParent * 0x9E3779B97F4A7C15L + unit) * 0xD1B54A32D192ED03L;
    return (int) (hash >>> 56) & (WATCHED - 1);
  }

  private void count(long region, int watchedUnit, boolean wasTrial, boolean buddyCame) {
    outcomes++;
    if (wasTrial) {
      judged++;
      used += buddyCame ? 1 : 0;
    }
    int voted = wasTrial ? watchedUnit + 1 : watchedUnit;
    if (voted == spaceUnit) {
      spaceScore = score(spaceScore, wasTrial, buddyCame);
      int unit = changed(spaceUnit, spaceScore, SPACE_VOTES);
      spaceScore = unit == spaceUnit ? spaceScore : 0;
      spaceUnit = unit;
    }
    int now = unit(region);
    if (voted == now) {
      long at = region * REGION_BYTES;
      int score = score(regions.get(JAVA_BYTE, at + 1), wasTrial, buddyCame);
      int unit = changed(now, score, 1);
      if (unit != now) {
        regions.set(JAVA_BYTE, at, (byte) (unit + 1));
        score = 0;
      }
      regions.set(JAVA_BYTE, at + 1, (byte) score);
    }
  }

  /** Above zero it counts what is for growing, below zero what is for shrinking. */
  private static int score(int before, boolean wasTrial, boolean buddyCame) {
    if (wasTrial) {
      return buddyCame ? Math.max(before, 0) : Math.min(before, 0) - 1;
    }
    if (buddyCame) {
      return Math.max(before, 0) + 1;
    }
    return before > 0 ? before - 1 : before;
  }

  private int changed(int unit, int score, int votes) {
    if (score >= GROW_AT * votes) {
      return Math.min(regionShift, unit + 1);
    }
    return score <= SHRINK_AT * votes ? Math.max(0, unit - 1) : unit;
  }
}
