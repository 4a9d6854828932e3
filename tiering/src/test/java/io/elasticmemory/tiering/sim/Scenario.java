package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seed chooses before the run begins.
 *
 * @param geometry small pages, and blocks of one to many of them
 * @param shards shards of the pager
 * @param settings budget of the space, and times
 * @param donors fastest tier first
 * @param threads threads of the application
 * @param moveOneIn others move at one in so many calls of the shard
 * @param troubleOneIn trouble begins after one in so many operations
 * @param lateOneIn one in so many transfers ends far too late
 * @param strangeOneIn strange things happen to a page after one in so many operations
 * @param crashOneIn the pager is killed at one in so many steps
 * @param crashesMax so often at most
 * @param finale what is broken for good when all else has been done
 * @param encrypted donors get only what is sealed
 */
record Scenario(
    Geometry geometry,
    int shards,
    ShardSettings settings,
    List<DonorShape> donors,
    int threads,
    int moveOneIn,
    int troubleOneIn,
    int lateOneIn,
    int strangeOneIn,
    int crashOneIn,
    int crashesMax,
    Finale finale,
    boolean encrypted) {

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

  /** Steps of the pager, which are calls of ports and stores to the table. */
  private static final int[] CRASH_ONE_IN = {100, 1_000, 4_000, 10_000};

  /** Slots beyond one for each block: for those that late transfers and moves keep busy. */
  private static final int RESERVE_SLOTS = 24;

  private static final int SEVERAL_SHARDS_ONE_IN = 3;
  private static final int STRIPE_BLOCKS = 8;
  private static final int MIRRORED_ONE_IN = 2;
  private static final int ENCRYPTED_ONE_IN = 3;

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  static Scenario of(Seeded random) {
    int[] size = random.oneIn(100) ? MANY_SUBBLOCKS : SIZES[random.below(SIZES.length)];
    int blocks = 64 + random.below(33);
    Geometry geometry = new Geometry((long) blocks * size[0], size[0], size[1]);
    int shards = random.oneIn(SEVERAL_SHARDS_ONE_IN) ? 2 + random.below(2) : 1;
    return new Scenario(
        geometry,
        shards,
        settings(geometry, shards, size[2], random),
        allDonors(stripes(geometry, shards), geometry, random),
        2 + random.below(6),
        1 + random.below(8),
        20 + random.below(200),
        50 + random.below(1000),
        STRANGE_ONE_IN[random.below(STRANGE_ONE_IN.length)],
        CRASH_ONE_IN[random.below(CRASH_ONE_IN.length)],
        random.oneIn(2) ? 1 + random.below(12) : 0,
        random.oneIn(4) ? Finale.values()[random.below(Finale.values().length)] : Finale.NONE,
        random.oneIn(ENCRYPTED_ONE_IN));
  }

  /** The same, in which nothing goes wrong by chance but what the kernel refuses. */
  Scenario withoutTrouble() {
    return new Scenario(
        geometry,
        shards,
        settings,
        donors,
        threads,
        moveOneIn,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        crashOneIn,
        0,
        Finale.NONE,
        encrypted);
  }

  private static Stripes stripes(Geometry geometry, int shards) {
    return shards == 1
        ? Stripes.one(geometry.capacityBytes())
        : new Stripes(
            geometry.capacityBytes(), (long) STRIPE_BLOCKS * geometry.blockBytes(), shards);
  }

  /** How the blocks are divided. */
  Stripes stripes() {
    return stripes(geometry, shards);
  }

  /** The smallest budget that all shards can work with. */
  long minimumBudgetBytes() {
    return shards * ShardSettings.minimumBudgetBytes(geometry);
  }

  /** True if one donor is late for all: the others are on time, or nothing could leave. */
  boolean hasLaggard() {
    return donors.stream().anyMatch(DonorShape::laggard);
  }

  /** For people: what was chosen, in a few lines. */
  String describe() {
    StringBuilder text = new StringBuilder();
    text.append(geometry.blockCount()).append(" blocks of ").append(geometry.blockBytes());
    text.append(" bytes in subblocks of ").append(geometry.subblockBytes());
    text.append(" and pages of ").append(settings.pageBytes());
    text.append(", budget ").append(settings.budgetBytes()).append(" bytes, ");
    text.append(shards).append(" shards, ");
    text.append(threads).append(" threads, ").append(crashesMax).append(" crashes, finale ");
    text.append(finale).append(encrypted ? ", encrypted" : "");
    for (DonorShape donor : donors) {
      text.append("\ndonor: ").append(donor);
    }
    return text.toString();
  }

  private static ShardSettings settings(
      Geometry geometry, int shards, int pageBytes, Seeded random) {
    long budget =
        shards * ShardSettings.minimumBudgetBytes(geometry)
            + (long) random.below(24) * geometry.blockBytes();
    return new ShardSettings(
        budget,
        pageBytes,
        400 * MILLI,
        100 * MILLI,
        random.between(0, 100) * MICRO,
        (6L + random.below(10)) * geometry.blockBytes(),
        random.oneIn(2),
        !random.oneIn(3),
        false);
  }

  /**
   * Each shard has donors of its own, so that a slot has one owner; the other shards see them as
   * donors that have given nothing.
   */
  private static List<DonorShape> allDonors(Stripes stripes, Geometry geometry, Seeded random) {
    List<DonorShape> shapes = new ArrayList<>();
    for (int shard = 0; shard < stripes.shards(); shard++) {
      int own = (int) (stripes.bytesOf(shard) / geometry.blockBytes());
      shapes.addAll(donors(shard, own, geometry.subblocks(), random));
    }
    return shapes;
  }

  private static List<DonorShape> donors(int shard, int blocks, int subblocks, Seeded random) {
    int remotes = random.below(3);
    int files = remotes == 0 ? 1 + random.below(2) : random.below(3);
    int count = remotes + files;
    int all = blocks + RESERVE_SLOTS + random.below(16);
    // Never the last: there is room for every block without the laggard.
    int laggard = count > 1 && random.oneIn(4) ? random.below(count - 1) : -1;
    List<DonorShape> shapes = new ArrayList<>();
    if (random.oneIn(2)) {
      shapes.add(compressed(shard, blocks, subblocks, random));
    }
    int given = 0;
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      int slots = last ? all - given : 4 + random.below(Math.max(1, all / count));
      given += i == laggard ? 0 : slots;
      Tier tier = i < remotes ? Tier.REMOTE : Tier.SSD;
      shapes.add(shape(shard, tier, slots, i == laggard, random));
      if (tier == Tier.REMOTE && random.oneIn(MIRRORED_ONE_IN)) {
        DonorShape first = shapes.getLast();
        shapes.add(first.slots() % 2 == 0 ? first.copied() : first.backedUp());
      }
    }
    return shapes;
  }

  /** Comes on top: nobody counts on its slots. */
  private static DonorShape compressed(int shard, int blocks, int subblocks, Seeded random) {
    int slots = 4 + random.below(blocks);
    return new DonorShape(
        shard,
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

  private static DonorShape shape(int shard, Tier tier, int slots, boolean laggard, Seeded random) {
    long least = tier == Tier.SSD ? 60 * MICRO : 20 * MICRO;
    return new DonorShape(
        shard,
        tier,
        slots,
        least,
        least * (1 + random.below(6)),
        2 + random.below(32),
        random.oneIn(3),
        laggard);
  }
}
