package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Faults;
import io.elasticmemory.tiering.pager.Shard;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel installs some pages of a subblock and refuses the others. */
class PartInstalledTest {
  private static final int PAGE_BYTES = 64;
  private static final int SUBBLOCK_BYTES = 4 * PAGE_BYTES;
  private static final int BLOCK_BYTES = 2 * SUBBLOCK_BYTES;
  private static final int BLOCKS = 64;
  private static final int ALIEN_AT = 2 * PAGE_BYTES;
  private static final long MILLI = 1_000_000;
  private static final long PATIENCE_NANOS = 400 * MILLI;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, SUBBLOCK_BYTES);
  private final Arena arena = Arena.ofConfined();
  private final VirtualClock clock = new VirtualClock();
  private final Agenda agenda = new Agenda();
  private final Refusing stage = new Refusing();
  private final SimKernel kernel = new SimKernel(geometry.capacityBytes(), PAGE_BYTES, 1, stage);
  private final SimThread thread = kernel.thread(0);
  private final Counters counters =
      new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));
  private String stopReason = "";
  private Shard shard;

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

  @BeforeEach
  void open() {
    counters.format(1);
    SimDonor.Shape shape = new SimDonor.Shape(Tier.SSD, 2 * BLOCKS, MILLI, MILLI, 8, false, false);
    SimDonor donor =
        new SimDonor(
            0,
            shape,
            BLOCK_BYTES,
            SUBBLOCK_BYTES,
            PATIENCE_NANOS,
            stage,
            clock,
            agenda,
            new Seeded(1));
    long budget = ShardSettings.minimumBudgetBytes(geometry);
    shard =
        SimulatedShards.open(
            geometry,
            new ShardSettings(
                budget, PAGE_BYTES, PATIENCE_NANOS, PATIENCE_NANOS / 4, 0, 8L * BLOCK_BYTES, false),
            clock,
            kernel,
            kernel,
            List.of(donor),
            new TableView(geometry, World.SPACE_ID_HIGH, World.SPACE_ID_LOW).segment(),
            counters,
            arena,
            block -> {},
            SimulatedShards.Plant.NONE,
            reason -> stopReason = reason);
  }

  @AfterEach
  void close() {
    shard.close();
    arena.close();
  }

  private boolean touch(long offset, boolean write) {
    return kernel.access(thread, offset, write, 1 + clock.nanoTime());
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      shard.turn();
      clock.pass(MILLI);
      agenda.run(clock.nanoTime());
    }
  }

  /** Zeros are made up to a page that somebody else has made, then there is no memory. */
  private void zeroInPart() {
    kernel.appear(ALIEN_AT);
    stage.refuse(Call.ZERO, 1, Faults.NO_MEMORY);
    touch(0, true);
    turns(1);
    assertThat(kernel.residentBytes()).isEqualTo(3 * PAGE_BYTES);
  }

  @Test
  void zerosThatCameInPartCountAsResident() {
    zeroInPart();
    assertThat(counters.get(Counter.residentBytes)).isEqualTo(SUBBLOCK_BYTES);
  }

  @Test
  void whatIsWrittenToZerosThatCameInPartIsGoneAfterADiscard() {
    zeroInPart();
    assertThat(touch(0, true)).isTrue();
    kernel.store(0, 17);
    shard.discard(0, 1, result -> {});
    turns(1);
    assertThat(kernel.residentBytes()).isZero();
  }

  @Test
  void aFaultWaitsUntilThereIsMemoryForTheRestOfASubblock() {
    zeroInPart();
    touch(3 * PAGE_BYTES, true);
    turns(2);
    assertThat(thread.waiting).isTrue();
    stage.refuseNothing();
    turns(2);
    assertThat(touch(3 * PAGE_BYTES, true)).isTrue();
  }

  @Test
  void theApplicationIsStoppedIfThereIsNoMemoryForTheRestOfASubblock() {
    zeroInPart();
    touch(3 * PAGE_BYTES, true);
    turns((int) (PATIENCE_NANOS / MILLI) + 2);
    assertThat(stopReason).contains("found no DRAM frame");
  }

  @Test
  void storedBytesThatCameInPartDoNotStay() {
    touch(0, true);
    turns(1);
    assertThat(touch(0, true)).isTrue();
    kernel.store(0, 17);
    shard.unload(0, 1, result -> {});
    turns(8);
    assertThat(kernel.residentBytes()).isZero();

    stage.alienAmidCopy = true;
    stage.refuse(Call.MAP, 0, Faults.RETRY);
    touch(0, false);
    turns(4);
    assertThat(stage.refusals).isPositive();
    assertThat(thread.waiting).isFalse();
    assertThat(counters.get(Counter.residentBytes)).isZero();
    assertThat(kernel.residentBytes()).isZero();

    stage.alienAmidCopy = false;
    stage.refuseNothing();
    touch(0, false);
    turns(4);
    assertThat(touch(0, false)).isTrue();
    assertThat(kernel.load(0)).isEqualTo(17);
  }
}
