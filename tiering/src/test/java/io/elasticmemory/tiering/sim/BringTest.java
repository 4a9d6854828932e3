package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocks that are loaded or pinned at the application's wish, without anybody who faults. */
class BringTest {
  private static final int PAGE_BYTES = 64;
  private static final int BLOCK_BYTES = 8 * PAGE_BYTES;
  private static final int BLOCKS = 64;
  private static final int BUDGET_BLOCKS = 24;
  private static final int MINIMUM_BLOCKS = 16;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, 2 * PAGE_BYTES);
  private final SmallWorld world =
      new SmallWorld(
          Stage.QUIET,
          geometry,
          PAGE_BYTES,
          (long) BUDGET_BLOCKS * BLOCK_BYTES,
          new DonorShape(
              Tier.SSD, 2 * BLOCKS, SmallWorld.MILLI / 10, SmallWorld.MILLI / 5, 8, false, false));
  private final SimKernel kernel = world.kernel;
  private final List<Long> answers = new ArrayList<>();

  @AfterEach
  void close() {
    assertThat(world.stopReason).isEmpty();
    world.close();
  }

  private static long at(int block, int word) {
    return (long) block * BLOCK_BYTES + 8L * word;
  }

  private boolean isOpen(int block) {
    return kernel.isOpen(at(block, 0), BLOCK_BYTES);
  }

  private boolean isMapped(int block) {
    return kernel.isMapped(at(block, 0), BLOCK_BYTES);
  }

  private void write(int first, int end) {
    for (int block = first; block < end; block++) {
      for (int word = 0; word < BLOCK_BYTES / 8; word += 4) {
        assertThat(world.write(at(block, word), value(block, word))).isTrue();
      }
    }
  }

  private static long value(int block, int word) {
    return 1 + block * 1000L + word;
  }

  private void unload(int first, int count) {
    answers.clear();
    world.shard.unload(first, count, answers::add);
    awaitAnswer();
  }

  private long load(int first, int count) {
    answers.clear();
    world.shard.load(first, count, answers::add);
    return awaitAnswer();
  }

  private long pin(int first, int count) {
    answers.clear();
    world.shard.pin(first, count, answers::add);
    return awaitAnswer();
  }

  private void unpin(int first, int count) {
    world.shard.unpin(first, count, answers::add);
  }

  private long awaitAnswer() {
    for (int i = 0; answers.isEmpty(); i++) {
      assertThat(i).as("turns").isLessThan(2_000);
      world.turns(1);
    }
    return answers.getFirst();
  }

  private long read(long offset) {
    for (int i = 0; !world.touch(offset, false); i++) {
      assertThat(i).as("turns").isLessThan(2_000);
      world.turns(1);
    }
    return kernel.load(offset);
  }

  @Test
  void aLoadBringsWhatADonorHasAndWhatNobodyHasTouched() {
    write(0, 4);
    unload(0, 4);
    assertThat(kernel.residentBytes()).isZero();

    assertThat(load(0, 6)).isZero();

    for (int block = 0; block < 6; block++) {
      assertThat(isMapped(block)).as("block %d", block).isTrue();
    }
    assertThat(isOpen(1)).as("writable unnoticed, though a donor has it").isFalse();
    assertThat(kernel.load(at(3, 4))).isEqualTo(value(3, 4));
    assertThat(kernel.load(at(5, 4))).isZero();
  }

  @Test
  void aLoadMapsWhatIsPresentButNotMapped() {
    write(0, 3);
    unload(1, 1);
    assertThat(load(1, 1)).isZero();
    kernel.unmap(0, 3L * BLOCK_BYTES - PAGE_BYTES);

    assertThat(load(0, 3)).isZero();

    assertThat(isOpen(0)).isTrue();
    assertThat(isMapped(1)).isTrue();
    assertThat(isOpen(1)).as("writable unnoticed, though a donor has it").isFalse();
    assertThat(isOpen(2)).isTrue();
  }

  /** A thread that loads by touching waits for a slow donor once, and not for each page. */
  @Test
  void whatShallBeKeptIsAskedForAtOnceWhereItIsAbsent() {
    write(0, 4);
    unload(0, 4);
    assertThat(kernel.residentBytes()).isZero();

    answers.clear();
    world.shard.keep(0, 4, answers::add);
    assertThat(awaitAnswer()).isZero();
    world.turns(100);

    assertThat(kernel.residentBytes()).as("without a touch").isEqualTo(4 * BLOCK_BYTES);
  }

  @Test
  void aLoadOfMoreThanTheBudgetComesToAnEnd() {
    write(0, BLOCKS);
    assertThat(load(0, BLOCKS)).isZero();
    assertThat(isMapped(BLOCKS - 1)).isTrue();
  }

  @Test
  void whatIsPinnedStaysWhileOthersComeAndGo() {
    write(0, 4);
    unload(0, 4);
    assertThat(pin(0, 4)).isZero();

    for (int block = 4; block < BLOCKS; block++) {
      write(block, block + 1);
      for (int pinned = 0; pinned < 4; pinned++) {
        assertThat(isOpen(pinned)).as("block %d", pinned).isTrue();
      }
    }
    unload(0, BLOCKS);
    assertThat(kernel.residentBytes()).isEqualTo(4 * BLOCK_BYTES);

    unpin(0, 4);
    unload(0, 4);
    assertThat(kernel.residentBytes()).isZero();
    assertThat(read(at(2, 8))).isEqualTo(value(2, 8));
  }

  @Test
  void whatADeviceHasWrittenIsStoredWhenABlockThatWasPinnedLeaves() {
    write(0, 1);
    unload(0, 1);
    assertThat(pin(0, 1)).isZero();
    kernel.deviceStore(at(0, 9), 77);
    unpin(0, 1);

    unload(0, 1);

    assertThat(kernel.residentBytes()).isZero();
    assertThat(read(at(0, 9))).isEqualTo(77);
    assertThat(read(at(0, 8))).isEqualTo(value(0, 8));
  }

  @Test
  void pinsOnlySoMuchThatTheRestCanWork() {
    assertThat(pin(0, BUDGET_BLOCKS - MINIMUM_BLOCKS)).isZero();
    assertThat(pin(20, 1)).as("given up").isEqualTo(1);
    unpin(0, BUDGET_BLOCKS);
    assertThat(pin(20, 1)).isZero();
  }

  @Test
  void aBlockIsPinnedAlsoWhenItIsDiscardedMeanwhile() {
    assertThat(pin(3, 1)).isZero();
    answers.clear();
    world.shard.discard(3, 1, answers::add);
    assertThat(awaitAnswer()).isZero();
    assertThat(kernel.residentBytes()).isZero();
    write(3, 4);
    unload(3, 1);
    assertThat(kernel.residentBytes()).isEqualTo(BLOCK_BYTES);

    unpin(3, 1);
    unload(3, 1);
    assertThat(kernel.residentBytes()).isZero();
  }

  /** It stayed for good, whatever had become of the device. */
  @Test
  void aBlockThatADeviceHeldLeavesOnceTheDeviceHasLetGo() {
    write(0, 1);
    kernel.pin(at(0, 0));
    unload(0, 1);
    assertThat(kernel.isPresent(at(0, 0))).isTrue();
    kernel.unpin(at(0, 0));
    unload(0, 1);
    assertThat(kernel.isPresent(at(0, 0))).as("tried again at once").isTrue();

    world.turns(150);
    unload(0, 1);

    assertThat(kernel.residentBytes()).isZero();
    assertThat(read(at(0, 4))).isEqualTo(value(0, 4));
  }
}
