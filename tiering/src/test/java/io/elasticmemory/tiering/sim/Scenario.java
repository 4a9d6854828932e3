package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seed chooses before the run begins.
 *
 * @param geometry small pages, and blocks of one to many of them
 * @param settings budget and times
 * @param donors fastest tier first
 * @param threads threads of the application
 * @param moveOneIn others move at one in so many calls of the shard
 * @param troubleOneIn trouble begins after one in so many operations
 * @param lateOneIn one in so many transfers ends far too late
 * @param strangeOneIn strange things happen to a page after one in so many operations
 * @param finale what is broken for good when all else has been done
 */
record Scenario(
    Geometry geometry,
    ShardSettings settings,
    List<SimDonor.Shape> donors,
    int threads,
    int moveOneIn,
    int troubleOneIn,
    int lateOneIn,
    int strangeOneIn,
    Finale finale) {

  /** What happens at the end: a lasting fault, or the application's own. */
  enum Finale {
    NONE,
    ROT,
    LOST_WRITES,
    DEATH,
    REFUSAL,
    EXIT
  }

  /** Bytes of block, subblock and page. */
  private static final int[][] SIZES = {
    {256, 64, 64},
    {256, 64, 64},
    {512, 64, 64},
    {512, 128, 128},
    {256, 256, 256},
    {1024, 64, 64},
    {256, 128, 64},
    {512, 256, 64},
    {512, 512, 64},
    {1024, 256, 64}
  };

  private static final int[] MANY_SUBBLOCKS = {8192, 64, 64};

  /** Pages that vanish, appear or stay against the shard's will, once in so many operations. */
  private static final int[] STRANGE_ONE_IN = {Integer.MAX_VALUE, 300, 300, 40};

  /** Slots beyond one for each block: for those that late transfers and moves keep busy. */
  private static final int RESERVE_SLOTS = 24;

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  static Scenario of(Seeded random) {
    int[] size = random.oneIn(100) ? MANY_SUBBLOCKS : SIZES[random.below(SIZES.length)];
    int blocks = 64 + random.below(33);
    Geometry geometry = new Geometry((long) blocks * size[0], size[0], size[1]);
    return new Scenario(
        geometry,
        settings(geometry, size[2], random),
        donors(blocks, geometry.subblocks(), random),
        2 + random.below(6),
        1 + random.below(8),
        20 + random.below(200),
        50 + random.below(1000),
        STRANGE_ONE_IN[random.below(STRANGE_ONE_IN.length)],
        random.oneIn(4) ? Finale.values()[random.below(Finale.values().length)] : Finale.NONE);
  }

  /** True if one donor is late for all: the others are on time, or nothing could leave. */
  boolean hasLaggard() {
    return donors.stream().anyMatch(SimDonor.Shape::laggard);
  }

  /** For people: what was chosen, in a few lines. */
  String describe() {
    StringBuilder text = new StringBuilder();
    text.append(geometry.blockCount()).append(" blocks of ").append(geometry.blockBytes());
    text.append(" bytes in subblocks of ").append(geometry.subblockBytes());
    text.append(" and pages of ").append(settings.pageBytes());
    text.append(", budget ").append(settings.budgetBytes()).append(" bytes, ");
    text.append(threads).append(" threads, finale ").append(finale);
    for (SimDonor.Shape donor : donors) {
      text.append("\ndonor: ").append(donor);
    }
    return text.toString();
  }

  private static ShardSettings settings(Geometry geometry, int pageBytes, Seeded random) {
    long budget =
        ShardSettings.minimumBudgetBytes(geometry)
            + (long) random.below(24) * geometry.blockBytes();
    return new ShardSettings(
        budget,
        pageBytes,
        400 * MILLI,
        100 * MILLI,
        random.between(0, 100) * MICRO,
        (6L + random.below(10)) * geometry.blockBytes(),
        random.oneIn(2),
        !random.oneIn(3));
  }

  private static List<SimDonor.Shape> donors(int blocks, int subblocks, Seeded random) {
    int remotes = random.below(3);
    int files = remotes == 0 ? 1 + random.below(2) : random.below(3);
    int count = remotes + files;
    int all = blocks + RESERVE_SLOTS + random.below(16);
    // Never the last: there is room for every block without the laggard.
    int laggard = count > 1 && random.oneIn(4) ? random.below(count - 1) : -1;
    List<SimDonor.Shape> shapes = new ArrayList<>();
    if (random.oneIn(2)) {
      shapes.add(compressed(blocks, subblocks, random));
    }
    int given = 0;
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      int slots = last ? all - given : 4 + random.below(Math.max(1, all / count));
      given += i == laggard ? 0 : slots;
      shapes.add(shape(i < remotes ? Tier.REMOTE : Tier.SSD, slots, i == laggard, random));
    }
    return shapes;
  }

  /** Comes on top: nobody counts on its slots. */
  private static SimDonor.Shape compressed(int blocks, int subblocks, Seeded random) {
    int slots = 4 + random.below(blocks);
    return new SimDonor.Shape(
        Tier.COMPRESSED,
        slots,
        5 * MICRO,
        5 * MICRO * (1 + random.below(4)),
        2 + random.below(32),
        random.oneIn(2),
        false,
        (1 + random.below(slots)) * subblocks + random.below(subblocks),
        2 + random.below(20));
  }

  private static SimDonor.Shape shape(Tier tier, int slots, boolean laggard, Seeded random) {
    long least = tier == Tier.SSD ? 60 * MICRO : 20 * MICRO;
    return new SimDonor.Shape(
        tier,
        slots,
        least,
        least * (1 + random.below(6)),
        2 + random.below(32),
        random.oneIn(3),
        laggard);
  }
}
