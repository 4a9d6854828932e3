package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.pager.Hints;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.wire.Geometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much the evictor does in a turn, and what it does when blocks cannot be stored. */
class EvictionPaceTest {
  private static final int BLOCK_BYTES = 64;
  private static final int BLOCKS = 2048;
  private static final int TURN_MAX = 64;

  /** Eight groups of neighbours, and the one that is begun then. */
  private static final int SCATTERED_PER_TURN_MAX = 9;

  private static final long MILLI = SmallWorld.MILLI;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES);
  private SmallWorld world = world((long) BLOCKS * BLOCK_BYTES, BLOCKS + 64);

  private SmallWorld world(long budgetBytes, int slots) {
    DonorShape shape = new DonorShape(Tier.SSD, slots, MILLI, MILLI, 1024, false, false);
    return new SmallWorld(Stage.QUIET, geometry, BLOCK_BYTES, budgetBytes, shape);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void open(long budgetBytes, int slots) {
    world.close();
    world = world(budgetBytes, slots);
  }

  private void writeBlocks(int from, int to) {
    for (int block = from; block < to; block++) {
      assertThat(world.write((long) block * BLOCK_BYTES, 1 + block)).isTrue();
    }
  }

  private long evictions() {
    return world.count(Counter.evictionsClean) + world.count(Counter.evictionsDirty);
  }

  @Test
  void aLargeShrinkOfCleanBlocksTakesManyTurns() {
    writeBlocks(0, 1024);
    world.shard.unload(0, BLOCKS, result -> {});
    world.turns(200);
    for (int block = 0; block < 1024; block++) {
      while (!world.touch((long) block * BLOCK_BYTES, false)) {
        world.turns(1);
      }
    }
    world.shard.resize(ShardSettings.minimumBudgetBytes(geometry), result -> {});
    long before = evictions();
    world.shard.turn();
    assertThat(evictions() - before).isBetween(1L, (long) TURN_MAX);
    assertThat(world.shard.idleNanos()).isZero();
    world.turns(64);
    assertThat(world.count(Counter.residentBytes))
        .isLessThanOrEqualTo(ShardSettings.minimumBudgetBytes(geometry));
  }

  @Test
  void neighboursThatAreCleanLeaveWithOnePunch() {
    writeBlocks(0, 256);
    world.shard.unload(0, BLOCKS, result -> {});
    world.turns(200);
    for (int block = 0; block < 256; block++) {
      while (!world.touch((long) block * BLOCK_BYTES, false)) {
        world.turns(1);
      }
    }
    int punches = world.kernel.punches;
    long before = evictions();
    world.shard.resize(ShardSettings.minimumBudgetBytes(geometry), result -> {});
    world.turns(8);
    assertThat(evictions() - before).isGreaterThan(200);
    assertThat(world.kernel.punches - punches).isLessThan(20);
  }

  @Test
  void cleanBlocksHereAndThereLeaveAFewInATurn() {
    int bytes = 4096;
    Geometry scattered = new Geometry(64L << 20, bytes, bytes);
    DonorShape shape = new DonorShape(Tier.SSD, 1024, MILLI, MILLI, 1024, false, false);
    world.close();
    world = new SmallWorld(Stage.QUIET, scattered, bytes, 1024L * bytes, shape);
    // One block in each MiB, then another: none follows one of its own MiB.
    for (int i = 0; i < 256; i++) {
      long offset = ((long) (i % 64) << 20) + (long) (i / 64) * 16 * bytes;
      assertThat(world.write(offset, 1 + i)).isTrue();
    }
    world.shard.unload(0, scattered.blockCount(), result -> {});
    world.turns(200);
    for (int i = 0; i < 256; i++) {
      long offset = ((long) (i % 64) << 20) + (long) (i / 64) * 16 * bytes;
      while (!world.touch(offset, false)) {
        world.turns(1);
      }
    }
    long least = ShardSettings.minimumBudgetBytes(scattered);
    world.shard.resize(least, result -> {});
    long before = evictions();
    world.shard.turn();
    assertThat(evictions() - before).isBetween(1L, (long) SCATTERED_PER_TURN_MAX);
    assertThat(world.shard.idleNanos()).isZero();
    world.turns(64);
    assertThat(world.count(Counter.residentBytes)).isLessThanOrEqualTo(least);
  }

  @Test
  void theFirstDirtyBlockLeavesAfterAFewOthersHoweverManyThereAre() {
    long budget = 1024 * BLOCK_BYTES;
    open(budget, BLOCKS + 64);
    // A turn each; the last of them are above the high mark.
    writeBlocks(0, 992);
    world.turns(3);
    assertThat(world.count(Counter.evictionsDirty)).isPositive();
  }

  @Test
  void cleanBlocksLeaveWhileNothingCanBeStored() {
    long budget = 256 * BLOCK_BYTES;
    open(budget, BLOCKS + 64);
    writeBlocks(0, 128);
    world.shard.unload(0, 128, result -> {});
    world.turns(20);
    writeBlocks(128, 228);
    for (int block = 0; block < 100; block++) {
      for (int i = 0; i < 50 && !world.touch((long) block * BLOCK_BYTES, false); i++) {
        world.turns(1);
      }
    }
    world.donors.getFirst().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    writeBlocks(300, 380);
    assertThat(world.stopReason).isEmpty();
  }

  @Test
  void whatWasLoadedStaysThoughNothingCanBeStoredAndMoreIsWanted() {
    int loaded = 32;
    world.close();
    DonorShape full = new DonorShape(Tier.REMOTE, 128, MILLI, MILLI, 64, false, false);
    DonorShape stuck = new DonorShape(Tier.SSD, BLOCKS, MILLI, MILLI, 64, false, false);
    world = new SmallWorld(Stage.QUIET, geometry, BLOCK_BYTES, 256 * BLOCK_BYTES, full, stuck);
    writeBlocks(0, 128);
    world.shard.unload(0, 128, result -> {});
    world.turns(20);
    writeBlocks(128, 300);
    world.donors.getLast().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    readBlocks(128 - loaded, 128);
    world.shard.follow(new InOrder(32, 128 - loaded));
    world.turns(100);
    assertThat(world.count(Counter.residentBytes))
        .as("some of what is wanted has come")
        .isGreaterThan((172L + loaded) * BLOCK_BYTES);
    for (int block = 128 - loaded; block < 128; block++) {
      assertThat(world.touch((long) block * BLOCK_BYTES, false)).as("block %d", block).isTrue();
    }
  }

  private void readBlocks(int from, int to) {
    for (int block = from; block < to; block++) {
      while (!world.touch((long) block * BLOCK_BYTES, false)) {
        assertThat(world.stopReason).isEmpty();
        world.turns(1);
      }
    }
  }

  @Test
  void whatShallBeKeptIsCalledBackFromItsWayOut() {
    long[] answer = {-1};
    open(256 * BLOCK_BYTES, BLOCKS + 64);
    world.donors.getFirst().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    writeBlocks(0, 252);
    world.turns(2);
    world.shard.keep(0, 252, result -> answer[0] = result);
    world.shard.turn();
    assertThat(answer[0]).isZero();
    assertThat(world.count(Counter.evictionsCancelled)).isPositive();
    assertPresent(0, 252);
  }

  @Test
  void othersLeaveBeforeWhatShallBeKept() {
    open(256 * BLOCK_BYTES, BLOCKS + 64);
    writeBlocks(0, 200);
    world.shard.unload(0, 200, result -> {});
    world.turns(200);
    readBlocks(0, 200);
    assertThat(evictions()).isEqualTo(200);
    world.shard.keep(0, 32, result -> {});
    writeBlocks(300, 400);
    assertThat(evictions()).isGreaterThan(240);
    assertPresent(0, 32);
  }

  /** A touch may still be a fault, but none that waits for a donor. */
  private void assertPresent(int from, int to) {
    for (int block = from; block < to; block++) {
      long offset = (long) block * BLOCK_BYTES;
      if (!world.touch(offset, false)) {
        world.shard.turn();
        assertThat(world.touch(offset, false)).as("block %d", block).isTrue();
      }
    }
  }

  /** Blocks that are wanted one after the other. */
  private static final class InOrder implements Hints {
    private int block;
    private final int end;

    InOrder(int from, int to) {
      block = from;
      end = to;
    }

    @Override
    public long next() {
      return block < end ? (long) block * BLOCK_BYTES : NONE;
    }

    @Override
    public void taken() {
      block++;
    }
  }

  @Test
  void aSpaceThatIsFullRests() {
    long budget = 128 * BLOCK_BYTES;
    open(budget, 4);
    writeBlocks(0, 126);
    world.turns(50);
    long faults = world.count(Counter.faultsWp);
    assertThat(world.shard.idleNanos()).isGreaterThanOrEqualTo(10 * MILLI);
    writeBlocks(60, 120);
    assertThat(world.count(Counter.faultsWp) - faults).isLessThan(20);
  }

  @Test
  void aDiscardIsAnsweredThoughADonorKeepsAWriteForEver() {
    long[] answer = {-1};
    writeBlocks(0, 4);
    world.donors.getFirst().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    world.shard.unload(0, 4, result -> {});
    world.turns(2);
    world.shard.discard(0, 4, result -> answer[0] = result);
    world.turns(10);
    assertThat(answer[0]).as("still waits").isEqualTo(-1);
    world.turns((int) (SmallWorld.PATIENCE_NANOS / MILLI));
    assertThat(answer[0]).isZero();
    assertThat(world.count(Counter.slotsSsd)).as("its slots stay busy").isEqualTo(4);
  }

  @Test
  void anUnloadGoesOnAsLongAsBlocksLeaveHoweverLongItTakes() {
    world.close();
    DonorShape slow =
        new DonorShape(Tier.SSD, BLOCKS + 64, 20 * MILLI, 20 * MILLI, 1024, false, false);
    world = new SmallWorld(Stage.QUIET, geometry, BLOCK_BYTES, (long) BLOCKS * BLOCK_BYTES, slow);
    long[] left = {-1};
    writeBlocks(0, 500);
    long start = world.clock.nanoTime();
    world.shard.unload(0, 500, result -> left[0] = result);
    for (int i = 0; i < 100 && left[0] < 0; i++) {
      world.turns(100);
    }
    assertThat(left[0]).as("blocks left").isZero();
    assertThat(world.clock.nanoTime() - start).isGreaterThan(2 * SmallWorld.PATIENCE_NANOS);
  }

  @Test
  void commandsTogetherDoABoundedPartInATurn() {
    writeBlocks(0, 1024);
    for (int block = 0; block < 1024; block += 4) {
      world.shard.discard(block, 4, result -> {});
    }
    world.shard.turn();
    assertThat(world.count(Counter.discards)).isEqualTo(256);
    world.turns(4);
    assertThat(world.count(Counter.discards)).isEqualTo(1024);
  }
}
