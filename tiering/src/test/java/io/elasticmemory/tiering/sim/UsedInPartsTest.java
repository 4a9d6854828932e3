package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Advice;
import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.pager.Unmaps;
import io.elasticmemory.wire.Geometry;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of those parts of a block that are not in use while others are. */
class UsedInPartsTest {
  private static final int PAGE_BYTES = 64;
  private static final int BLOCK_BYTES = 8 * PAGE_BYTES;
  private static final int BLOCKS = 128;
  private static final int HOT_BLOCKS = 64;
  private static final int STEPS = 20_000;
  private static final int ORDERS = 5;
  private static final long MILLI = SmallWorld.MILLI;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private SmallWorld world = world(PAGE_BYTES);

  private static SmallWorld world(int subblockBytes) {
    return new SmallWorld(
        Stage.QUIET,
        new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, subblockBytes),
        PAGE_BYTES,
        (long) BLOCKS * BLOCK_BYTES / 4,
        new DonorShape(Tier.SSD, BLOCKS + 64, MILLI, MILLI, 64, false, false));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void fill() {
    for (long at = 0; at < world.geometry.capacityBytes(); at += PAGE_BYTES) {
      assertThat(world.write(at, 1 + at)).isTrue();
    }
    world.shard.follow(
        new Unmaps() {
          private long done;

          @Override
          public boolean ask(long offset, long bytes) {
            world.kernel.unmap(offset, bytes);
            done++;
            return true;
          }

          @Override
          public long done() {
            return done;
          }

          @Override
          public void announce() {}
        });
  }

  private void read(long offset) {
    while (!world.touch(offset, false)) {
      world.turns(1);
      assertThat(world.stopReason).isEmpty();
    }
    assertThat(world.kernel.load((int) offset))
        .as("seed %d, at %d", seed, offset)
        .isEqualTo(1 + offset);
  }

  /** The first page of hot blocks mostly, any other page now and then. */
  private void readMostlyOnePageOfABlock() {
    for (int i = 0; i < STEPS; i++) {
      boolean hot = random.nextInt(4) > 0;
      long page = hot ? random.nextInt(HOT_BLOCKS) * 8L : random.nextInt(8 * BLOCKS);
      read(page * PAGE_BYTES);
    }
  }

  /**
   * In two of a hundred orders of reads none leaves, so five are tried: in most of them some must.
   */
  @Test
  void pagesThatAreNotUsedLeaveWithoutThoseThatAre() {
    int leaving = 0;
    for (int i = 0; i < ORDERS; i++) {
      world.close();
      world = world(PAGE_BYTES);
      fill();
      readMostlyOnePageOfABlock();
      leaving += world.count(Counter.subblocksTrimmed) > 0 ? 1 : 0;
      assertThat(world.count(Counter.residentBytes))
          .as("seed %d, order %d", seed, i)
          .isLessThanOrEqualTo(world.geometry.capacityBytes() / 4);
    }
    assertThat(leaving).as("seed %d", seed).isGreaterThan(ORDERS / 2);
  }

  @Test
  void blocksThatAreReadInOrderStayWhole() {
    fill();
    world.shard.advise(0, world.geometry.capacityBytes(), Advice.SEQUENTIAL);
    readMostlyOnePageOfABlock();
    assertThat(world.count(Counter.blocksWatched)).as("seed %d", seed).isPositive();
    assertThat(world.count(Counter.subblocksTrimmed)).as("seed %d", seed).isZero();
  }

  @Test
  void aBlockThatWasWatchedCostsOneFaultThoughItsSubblockHasManyPages() {
    world.close();
    world = world(BLOCK_BYTES);
    fill();
    for (int i = 0; i < STEPS / 8; i++) {
      long block = random.nextInt(random.nextInt(4) > 0 ? HOT_BLOCKS / 4 : BLOCKS);
      for (int page = 0; page < 8; page++) {
        read(block * BLOCK_BYTES + page * PAGE_BYTES);
      }
    }
    assertThat(world.count(Counter.faultsMinor))
        .as("seed %d", seed)
        .isPositive()
        .isLessThanOrEqualTo(world.count(Counter.blocksWatched));
  }
}
