package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Faults;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.wire.Geometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kernel installs some pages of a subblock and refuses the others. */
class PartInstalledTest {
  private static final int PAGE_BYTES = 64;
  private static final int SUBBLOCK_BYTES = 4 * PAGE_BYTES;
  private static final int BLOCK_BYTES = 2 * SUBBLOCK_BYTES;
  private static final int BLOCKS = 64;
  private static final int ALIEN_AT = 2 * PAGE_BYTES;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, SUBBLOCK_BYTES);
  private final Refusing stage = new Refusing();
  private final SmallWorld world =
      new SmallWorld(
          stage,
          geometry,
          PAGE_BYTES,
          ShardSettings.minimumBudgetBytes(geometry),
          new DonorShape(
              Tier.SSD, 2 * BLOCKS, SmallWorld.MILLI, SmallWorld.MILLI, 8, false, false));
  private final SimKernel kernel = world.kernel;

  /** Refuses one kind of call, after some that it allows. */
  private final class Refusing implements Stage {
    private Call refused = Call.POLL_DONOR;
    private long refusal;
    private int allowed;
    private int refusals;
    private boolean alienAmidCopy;
    private boolean copying;

    void refuse(Call call, int after, long result) {
      refused = call;
      allowed = after;
      refusal = result;
    }

    void refuseNothing() {
      refused = Call.POLL_DONOR;
    }

    @Override
    public void before(Call call, long offset, long bytes, int detail) {
      copying = call == Call.COPY;
    }

    @Override
    public void between() {
      if (copying && alienAmidCopy) {
        kernel.appear(ALIEN_AT);
      }
    }

    @Override
    public void after(Call call, long offset, long bytes, int detail, long result) {}

    @Override
    public long refusal(Call call) {
      if (call != refused || allowed-- > 0) {
        return 0;
      }
      refusals++;
      return refusal;
    }

    @Override
    public void faulted(long offset, int flags) {}

    @Override
    public void seen(Happening happening) {}
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** Zeros are made up to a page that somebody else has made, then there is no memory. */
  private void zeroInPart() {
    kernel.appear(ALIEN_AT);
    stage.refuse(Call.ZERO, 1, Faults.NO_MEMORY);
    world.touch(0, true);
    world.turns(1);
    assertThat(kernel.residentBytes()).isEqualTo(3 * PAGE_BYTES);
  }

  @Test
  void zerosThatCameInPartCountAsResident() {
    zeroInPart();
    assertThat(world.count(Counter.residentBytes)).isEqualTo(SUBBLOCK_BYTES);
  }

  @Test
  void whatIsWrittenToZerosThatCameInPartIsGoneAfterADiscard() {
    zeroInPart();
    assertThat(world.touch(0, true)).isTrue();
    kernel.store(0, 17);
    world.shard.discard(0, 1, result -> {});
    world.turns(1);
    assertThat(kernel.residentBytes()).isZero();
  }

  @Test
  void aFaultWaitsUntilThereIsMemoryForTheRestOfASubblock() {
    zeroInPart();
    world.touch(3 * PAGE_BYTES, true);
    world.turns(2);
    assertThat(world.thread.waiting).isTrue();
    stage.refuseNothing();
    world.turns(2);
    assertThat(world.touch(3 * PAGE_BYTES, true)).isTrue();
  }

  @Test
  void theApplicationIsStoppedIfThereIsNoMemoryForTheRestOfASubblock() {
    zeroInPart();
    world.touch(3 * PAGE_BYTES, true);
    world.turns((int) (SmallWorld.PATIENCE_NANOS / SmallWorld.MILLI) + 2);
    assertThat(world.stopReason).contains("found no DRAM frame");
  }

  @Test
  void storedBytesThatCameInPartDoNotStay() {
    world.touch(0, true);
    world.turns(1);
    assertThat(world.touch(0, true)).isTrue();
    kernel.store(0, 17);
    world.shard.unload(0, 1, result -> {});
    world.turns(8);
    assertThat(kernel.residentBytes()).isZero();

    stage.alienAmidCopy = true;
    stage.refuse(Call.MAP, 0, Faults.RETRY);
    world.touch(0, false);
    world.turns(4);
    assertThat(stage.refusals).isPositive();
    assertThat(world.thread.waiting).isFalse();
    assertThat(world.count(Counter.residentBytes)).isZero();
    assertThat(kernel.residentBytes()).isZero();

    stage.alienAmidCopy = false;
    stage.refuseNothing();
    world.touch(0, false);
    world.turns(4);
    assertThat(world.touch(0, false)).isTrue();
    assertThat(kernel.load(0)).isEqualTo(17);
  }
}
