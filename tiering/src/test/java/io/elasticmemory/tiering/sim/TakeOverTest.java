package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A shard takes over what another has left. The simulation does this at every step; here is why.
 */
class TakeOverTest {
  private static final int PAGE_BYTES = 64;
  private static final int BLOCK_BYTES = 4 * PAGE_BYTES;
  private static final int BLOCKS = 128;
  private static final int BUDGET_BLOCKS = 32;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, PAGE_BYTES);
  private final SmallWorld world =
      new SmallWorld(
          Stage.QUIET,
          geometry,
          PAGE_BYTES,
          (long) BUDGET_BLOCKS * BLOCK_BYTES,
          new DonorShape(
              Tier.REMOTE,
              2 * BLOCKS,
              SmallWorld.MILLI / 10,
              SmallWorld.MILLI / 5,
              8,
              false,
              false));
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

  private void write(int first, int end) {
    for (int block = first; block < end; block++) {
      for (int word = 0; word < BLOCK_BYTES / 8; word += PAGE_BYTES / 8) {
        assertThat(world.write(at(block, word), value(block, word))).isTrue();
      }
    }
  }

  private static long value(int block, int word) {
    return 1 + block * 1000L + word;
  }

  private void assertReads(int first, int end) {
    for (int block = first; block < end; block++) {
      for (int word = 0; word < BLOCK_BYTES / 8; word += PAGE_BYTES / 8) {
        for (int i = 0; !world.touch(at(block, word), false); i++) {
          assertThat(i).as("turns").isLessThan(100);
          world.turns(1);
        }
        assertThat(kernel.load(at(block, word))).isEqualTo(value(block, word));
      }
    }
  }

  private boolean isAdopting() {
    return SimulatedShards.areAdopting(List.of(world.shard));
  }

  @Test
  void findsEveryByte() {
    write(0, BLOCKS);
    world.takeOver();
    assertReads(0, BLOCKS);
    assertThat(isAdopting()).isFalse();
    assertThat(world.count(Counter.residentBytes)).isEqualTo(kernel.residentBytes());
  }

  @Test
  void answersAFaultBeforeItKnowsTheRest() {
    write(0, BLOCKS);
    assertThat(BlockWord.hasSlot(world.table.word(BLOCKS / 2))).isTrue();
    world.takeOver();
    assertReads(BLOCKS / 2, BLOCKS / 2 + 1);
    assertThat(isAdopting()).isTrue();
  }

  @Test
  void storesBlocksBeforeItKnowsWhichSlotsOthersHave() {
    write(0, BLOCKS);
    world.takeOver();
    world.passUntil(world.donors.getFirst()::isFenced);
    long stored = world.count(Counter.evictionsDirty);
    int turns = 0;
    for (; world.count(Counter.evictionsDirty) == stored; turns++) {
      assertThat(turns).as("one entry is looked at in each, of %d", BLOCKS).isLessThan(BLOCKS / 4);
      boolean _ = world.touch(at(turns % (BLOCKS / 2), 0), true);
      world.turns(1);
    }
    assertThat(isAdopting()).isTrue();
    assertReads(BLOCKS / 2, BLOCKS);
  }

  @Test
  void readsADonorAtOnceAndWritesItWhenItHasConfirmed() {
    write(0, BLOCKS);
    world.takeOver();
    SimDonor donor = world.donors.getFirst();
    long written = world.count(Counter.bytesToRemote);
    assertThat(donor.isFenced()).isFalse();
    assertReads(0, 1);
    for (int block = 0; !donor.isFenced(); block++) {
      assertThat(world.count(Counter.bytesToRemote)).isEqualTo(written);
      boolean _ = world.touch(at(block % BLOCKS, 0), true);
      world.turns(1);
    }
    write(0, BLOCKS);
    assertThat(world.count(Counter.bytesToRemote)).isGreaterThan(written);
  }

  @Test
  void wakesWhoWaitsForAnAnswerOfTheOneBefore() {
    write(0, BLOCKS);
    assertThat(world.touch(at(0, 0), false)).isFalse();
    world.shard.turn(); // reads the message and asks the donor
    world.takeOver();
    world.shard.turn();
    assertThat(world.thread.waiting).isFalse();
    assertReads(0, 1);
  }

  @Test
  void keepsWhatIsPinnedAndTheBudgetThatWasAskedFor() {
    write(0, BLOCKS);
    world.shard.pin(5, 1, answers::add);
    long budgetBytes = (long) (BUDGET_BLOCKS - 8) * BLOCK_BYTES;
    world.shard.resize(budgetBytes, answers::add);
    for (int i = 0; answers.size() < 2; i++) {
      assertThat(i).as("turns").isLessThan(1000);
      world.turns(1);
    }
    world.takeOver();
    assertReads(0, BLOCKS);
    assertThat(kernel.isOpen(at(5, 0), BLOCK_BYTES)).isTrue();
    assertThat(world.count(Counter.budgetBytes)).isEqualTo(budgetBytes);
    assertThat(kernel.residentBytes()).isLessThanOrEqualTo(budgetBytes);

    world.shard.unpin(5, 1, answers::add);
    world.takeOver();
    assertReads(0, BLOCKS);
    assertThat(kernel.isOpen(at(5, 0), BLOCK_BYTES)).isFalse();
  }

  @Test
  void touchesNothingMoreOnceItIsReplacedItself() {
    write(0, BLOCKS);
    long resident = kernel.residentBytes();
    world.table.raiseEpoch();
    assertThat(world.touch(at(0, 0), false)).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(world.shard::turn)
        .withMessage("invariant 12: pager 2 of the space has replaced pager 1");
    assertThat(kernel.residentBytes()).isEqualTo(resident);
    assertThat(kernel.hasMessages()).as("the message is the other's").isTrue();
  }
}
