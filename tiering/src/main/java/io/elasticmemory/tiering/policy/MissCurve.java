package io.elasticmemory.tiering.policy;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Estimates how many blocks would have to be brought back with other amounts of DRAM. For each
 * amount there is a miniature of the cache: the same policy over one block in so many, with as much
 * less room, given the accesses of these specimens (Waldspurger and others, USENIX ATC 2017: Cache
 * Modeling and Optimization using Miniature Simulations; that specimens are chosen by a hash of
 * their place is from SHARDS, FAST 2015). What misses in a miniature stands for as many misses as
 * there are blocks to a specimen.
 *
 * <p>An access is seen when a block arrives, when it is touched while it is unmapped, and when it
 * is written while it is protected. So a specimen has to be unmapped as well when one of the
 * miniatures wants to watch it, or has evicted it while the pager has not: {@link #toWatch} names
 * these.
 *
 * <p>Used by one thread. {@link #isSpecimen} is a multiplication and a comparison; everything else
 * takes constant time and is done for specimens only. Allocates nothing after construction. Its
 * memory is at most 256 KiB for a space of any size, and costs nothing until touched.
 */
public final class MissCurve {
  /** Amounts of DRAM that are estimated. */
  public enum Amount {
    /** Half of the budget. */
    HALF(2),
    /** The budget there is: what is counted stands beside it. */
    SAME(4),
    /** Half as much again. */
    HALF_MORE(6),
    /** Twice the budget. */
    DOUBLE(8);

    private final int quarters;

    Amount(int quarters) {
      this.quarters = quarters;
    }

    /** As a multiple of the budget. */
    public double times() {
      return quarters / 4.0;
    }
  }

  /** What would fit. */
  @FunctionalInterface
  public interface Room {
    /** How many blocks would be present with so many quarters of the budget. */
    long with(int quarters);
  }

  private static final Amount[] AMOUNTS = Amount.values();

  /** Blocks to a specimen, at least: of more of them too many would have to be watched. */
  private static final int BLOCKS_PER_SPECIMEN_MIN = 16;

  /** Specimens of a space, if it has blocks for so many; at most twice as many. */
  private static final int SPECIMENS_WANTED = 2048;

  /** Specimens that are to be unmapped; more wishes are dropped. */
  private static final int WISHES_MAX = 256;

  /** Specimens that leave a miniature with one access: its room may have become smaller. */
  private static final int EVICTIONS_MAX = 4;

  private static final int WATCHES_PER_ACCESS_MAX = 2;

  /** The room of a miniature, at least: less says nothing. */
  private static final int ROOM_MIN = 8;

  private static final int GOLDEN = 0x9e3779b1;

  private final int shift;
  private final Miniature[] miniatures = new Miniature[AMOUNTS.length];
  private final int[] wishes = new int[WISHES_MAX];
  private int wished;
  private int granted;

  /**
   * Miniatures that know no block.
   *
   * @param blockCount block numbers are below this
   * @param privateMemory gives zeroed memory that costs nothing until touched
   */
  public MissCurve(int blockCount, int blockBytes, LongFunction<MemorySegment> privateMemory) {
    int blocksPerSpecimen = Math.max(BLOCKS_PER_SPECIMEN_MIN, blockCount / SPECIMENS_WANTED);
    shift = 31 - Integer.numberOfLeadingZeros(blocksPerSpecimen);
    int specimens = (blockCount >>> shift) + 1;
    int trialMin = Math.max(1, IntervalReplacement.trialMin(blockBytes) >>> shift);
    for (Amount amount : AMOUNTS) {
      miniatures[amount.ordinal()] =
          new Miniature(
              new BlockRecords(privateMemory.apply(BlockRecords.bytes(specimens))),
              trialMin,
              amount.quarters);
    }
  }

  /** One of each group of neighbours is a specimen, at a place in it that a hash chooses. */
  public boolean isSpecimen(int block) {
    return block == specimen(block >>> shift);
  }

  private int specimen(int group) {
    return group << shift | group * GOLDEN >>> 32 - shift;
  }

  /** Blocks that a specimen stands for. */
  public int blocksPerSpecimen() {
    return 1 << shift;
  }

  /**
   * A specimen arrived, was touched while it was unmapped, or was written while it was protected.
   */
  public void accessed(int specimen, Room room) {
    for (Miniature miniature : miniatures) {
      miniature.accessed(specimen >>> shift, room);
    }
  }

  /** The contents of a specimen were given up. */
  public void forgotten(int specimen) {
    for (Miniature miniature : miniatures) {
      miniature.forgotten(specimen >>> shift);
    }
  }

  /** How many blocks would have come back by now, had there been so much DRAM all the time. */
  public long misses(Amount amount) {
    return miniatures[amount.ordinal()].misses << shift;
  }

  /** The next specimen that has to be unmapped, or {@link ReplacementPolicy#NOBODY}. */
  public int toWatch() {
    return granted == wished
        ? ReplacementPolicy.NOBODY
        : specimen(wishes[granted++ & WISHES_MAX - 1]);
  }

  /** Specimens that have to be unmapped. */
  public int wishes() {
    return wished - granted;
  }

  private void wish(int group) {
    if (wishes() < WISHES_MAX) {
      wishes[wished++ & WISHES_MAX - 1] = group;
    }
  }

  private final class Miniature {
    private final BlockRecords records;
    private final IntervalReplacement policy;
    private final int quarters;
    private long misses;

    Miniature(BlockRecords records, int trialMin, int quarters) {
      this.records = records;
      this.quarters = quarters;
      policy = new IntervalReplacement(records, 1, trialMin);
    }

    void accessed(int group, Room room) {
      if (records.queue(group) == IntervalReplacement.NO_QUEUE) {
        misses += records.seen(group) == 0 ? 0 : 1;
        policy.arrived(group);
        makeRoom(Math.max(ROOM_MIN, room.with(quarters) >>> shift));
      } else {
        policy.touched(group);
      }
      for (int i = 0; i < WATCHES_PER_ACCESS_MAX; i++) {
        int watched = policy.toWatch();
        if (watched != ReplacementPolicy.NOBODY) {
          policy.watched(watched);
          wish(watched);
        }
      }
    }

    void forgotten(int group) {
      policy.left(group);
      policy.forgotten(group);
    }

    private void makeRoom(long room) {
      for (int i = 0; i < EVICTIONS_MAX && policy.size() > room; i++) {
        int victim = policy.victim();
        policy.left(victim);
        wish(victim);
      }
    }
  }
}
