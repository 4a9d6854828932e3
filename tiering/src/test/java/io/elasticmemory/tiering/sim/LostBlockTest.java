package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A block of which no good copy is left. */
class LostBlockTest {
  private static final int PAGE_BYTES = 64;
  private static final int BLOCK_BYTES = 4 * PAGE_BYTES;
  private static final int BLOCKS = 64;
  private static final int BUDGET_BLOCKS = 32;

  private final Geometry geometry =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, PAGE_BYTES);
  private SmallWorld world = world(true);
  private final List<Long> answers = new ArrayList<>();

  private SmallWorld world(boolean poison) {
    return new SmallWorld(
        poison,
        Stage.QUIET,
        geometry,
        PAGE_BYTES,
        (long) BUDGET_BLOCKS * BLOCK_BYTES,
        new DonorShape(
            Tier.REMOTE, 2 * BLOCKS, SmallWorld.MILLI / 10, SmallWorld.MILLI / 5, 8, false, false));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static long at(int block, int page) {
    return (long) block * BLOCK_BYTES + (long) page * PAGE_BYTES;
  }

  private static long value(int block, int page) {
    return 1 + block * 1000L + page;
  }

  private void writeAll() {
    for (int block = 0; block < BLOCKS; block++) {
      for (int page = 0; page < geometry.subblocks(); page++) {
        assertThat(world.write(at(block, page), value(block, page))).isTrue();
      }
    }
  }

  private int nextAbsent(int from) {
    int block = from;
    while (world.kernel.isPresent(at(block, 0))) {
      block++;
    }
    assertThat(BlockWord.hasSlot(world.table.word(block))).isTrue();
    return block;
  }

  /** All is written; then an absent block loses what is stored of it. */
  private int lose() {
    writeAll();
    int lost = nextAbsent(0);
    long word = world.table.word(lost);
    for (int page = 0; page < geometry.subblocks(); page++) {
      world.donors.getFirst().rot(BlockWord.slot(word) * BLOCK_BYTES + page * PAGE_BYTES);
    }
    return lost;
  }

  private long read(int block, int page) {
    for (int i = 0; !world.touch(at(block, page), false); i++) {
      assertThat(i).as("turns").isLessThan(2000);
      world.turns(1);
    }
    return world.kernel.load(at(block, page));
  }

  private void discard(int block) {
    world.shard.discard(block, 1, answers::add);
    for (int i = 0; answers.isEmpty(); i++) {
      assertThat(i).as("turns").isLessThan(1000);
      world.turns(1);
    }
  }

  private void assertLost(int block, int page) {
    assertThatThrownBy(() -> read(block, page)).isInstanceOf(InternalError.class);
  }

  @Test
  void endsTheProgramUnlessItWantsToGoOn() {
    world.close();
    world = world(false);
    int lost = lose();
    for (int i = 0; world.stopReason.isEmpty(); i++) {
      assertThat(i).as("turns").isLessThan(2000);
      assertThat(world.touch(at(lost, 1), false)).isFalse();
      world.turns(1);
    }
    assertThat(world.stopReason)
        .startsWith("block " + lost + " (")
        .contains("is lost: REMOTE donor");
    assertThat(world.losses).isEmpty();
  }

  @Test
  void isAnErrorForWhoTouchesItAndForNobodyElse() {
    int lost = lose();

    assertLost(lost, 1);
    assertLost(lost, 3);
    for (int block = 0; block < BLOCKS; block++) {
      if (block != lost) {
        assertThat(read(block, 2)).isEqualTo(value(block, 2));
      }
    }

    assertThat(world.stopReason).isEmpty();
    assertThat(world.losses).hasSize(1);
    assertThat(world.losses.getFirst())
        .startsWith("block " + lost + " (")
        .contains("brought other bytes than were stored")
        .endsWith("whoever touches it gets an InternalError until it is discarded");
    assertThat(world.count(Counter.blocksLost)).isEqualTo(1);
  }

  @Test
  void isKnownAtOnceWhereItsDonorIsGone() {
    writeAll();
    world.turns(100);
    world.donors.getFirst().die();
    long before = world.clock.nanoTime();
    int lost = -1;
    for (int i = 0; i < 8; i++) {
      lost = nextAbsent(lost + 1);
      assertLost(lost, 1);
    }
    assertThat(world.clock.nanoTime() - before).isLessThan(SmallWorld.PATIENCE_NANOS / 8);
    assertThat(world.losses).hasSize(8);
    assertThat(world.losses.getFirst()).contains("REMOTE donor sim0:19675 has lost what it held");
    assertThat(world.count(Counter.blocksLost)).isEqualTo(8);
    assertThat(world.stopReason).isEmpty();
  }

  @Test
  void isKnownAsSoonAsItsDonorIsGoneToWhoWaitsForIt() {
    writeAll();
    world.turns(100);
    int lost = nextAbsent(0);
    world.donors.getFirst().suffer(Trouble.CUT, Long.MAX_VALUE);
    for (int i = 0; i < 50; i++) {
      assertThat(world.touch(at(lost, 1), false)).isFalse();
      world.turns(1);
    }
    assertThat(world.losses).isEmpty();
    world.donors.getFirst().die();
    long before = world.clock.nanoTime();
    assertLost(lost, 1);
    // Attempts are up to 100 ms apart.
    assertThat(world.clock.nanoTime() - before).isLessThan(SmallWorld.PATIENCE_NANOS / 2);
    assertThat(world.losses).hasSize(1);
  }

  @Test
  void isNoneWhileItsDonorMayComeBack() {
    writeAll();
    world.turns(100);
    int absent = nextAbsent(0);
    world
        .donors
        .getFirst()
        .suffer(Trouble.CUT, world.clock.nanoTime() + SmallWorld.PATIENCE_NANOS / 2);
    assertThat(read(absent, 1)).isEqualTo(value(absent, 1));
    assertThat(world.losses).isEmpty();
  }

  private static DonorShape disk(int blocks) {
    return new DonorShape(
        Tier.SSD, blocks, SmallWorld.MILLI / 10, SmallWorld.MILLI / 5, 1024, false, false);
  }

  /** A space on two disks, of which few blocks are in memory. */
  private SmallWorld onTwoDisks(Geometry many) {
    world.close();
    int half = many.blockCount() / 2;
    long budgetBytes = (long) BUDGET_BLOCKS * BLOCK_BYTES;
    return new SmallWorld(
        true, Stage.QUIET, many, PAGE_BYTES, budgetBytes, disk(half), disk(2 * half));
  }

  private boolean isAbsentAndOn(int donor, int block) {
    return !world.kernel.isPresent(at(block, 0))
        && BlockWord.donor(world.table.word(block)) == donor;
  }

  @Test
  void isNoneOfADiskThatAnswersThoughAnotherHasMoreReadsThanThereAreFrames() {
    Geometry many = new Geometry(1024L * BLOCK_BYTES, BLOCK_BYTES, PAGE_BYTES);
    world = onTwoDisks(many);
    for (int block = 0; block < many.blockCount(); block++) {
      assertThat(world.write(at(block, 0), value(block, 0))).isTrue();
    }
    world.turns(100);
    world.donors.getFirst().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    int touched = 0;
    for (int block = 0; block < many.blockCount(); block++) {
      if (isAbsentAndOn(0, block)) {
        world.touch(at(block, 0), false);
        world.turns(1);
        touched++;
      }
    }
    assertThat(touched).isGreaterThan(100);
    world.turns((int) (2 * SmallWorld.PATIENCE_NANOS / SmallWorld.MILLI));
    for (int block = 0; block < many.blockCount(); block++) {
      if (isAbsentAndOn(1, block)) {
        assertThat(read(block, 0)).isEqualTo(value(block, 0));
      }
    }
    assertThat(world.stopReason).isEmpty();
    assertThat(world.losses).isNotEmpty().allMatch(loss -> loss.contains("SSD donor /sim/spill0"));
    assertThat(world.losses).anyMatch(loss -> loss.contains("has not answered"));
  }

  @Test
  void aDiskThatNeverAnswersWhatNobodyWaitsForKeepsNobodyAwake() {
    writeAll();
    world.turns(100);
    world.donors.getFirst().suffer(Trouble.STUCK, Long.MAX_VALUE / 2);
    world.shard.prefetch(0, geometry.capacityBytes());
    world.turns((int) (SmallWorld.PATIENCE_NANOS / SmallWorld.MILLI) + 10);
    assertThat(world.stopReason).isEmpty();
    assertThat(world.shard.idleNanos()).isPositive();
  }

  @Test
  void isSoAfterItsPagesWereUnmapped() {
    int lost = lose();
    assertLost(lost, 0);
    world.kernel.heal(at(lost, 0), BLOCK_BYTES);
    assertLost(lost, 0);
    assertThat(world.losses).hasSize(1);
  }

  @Test
  void isKnownToASuccessor() {
    int lost = lose();
    assertLost(lost, 0);
    world.takeOver();
    assertLost(lost, 1);
    world.kernel.heal(at(lost, 0), BLOCK_BYTES);
    assertLost(lost, 0);
    assertThat(world.stopReason).isEmpty();
  }

  @Test
  void isANewOneAfterADiscard() {
    int lost = lose();
    assertLost(lost, 0);
    assertLost(lost, 2);

    discard(lost);

    assertThat(BlockWord.isLost(world.table.word(lost))).isFalse();
    for (int page = 0; page < geometry.subblocks(); page++) {
      assertThat(read(lost, page)).isZero();
      assertThat(world.write(at(lost, page), 7)).isTrue();
    }
    for (int block = 0; block < BLOCKS; block++) {
      assertThat(read(block, 0)).isEqualTo(block == lost ? 7 : value(block, 0));
    }
  }

  @Test
  void isANewOneAfterADiscardThatAnotherPagerFinishes() {
    int lost = lose();
    assertLost(lost, 0);
    world.table.activity(lost, BlockWord.DISCARDING);

    world.takeOver();

    assertThat(read(lost, 1)).isZero();
    assertThat(read(lost, 0)).isZero();
    assertThat(BlockWord.isLost(world.table.word(lost))).isFalse();
  }

  @Test
  void cannotBePinned() {
    int lost = lose();
    assertLost(lost, 0);
    world.shard.pin(lost, 1, answers::add);
    for (int i = 0; answers.isEmpty(); i++) {
      assertThat(i).as("turns").isLessThan(5000);
      world.turns(1);
    }
    assertThat(answers).containsExactly(1L);
  }
}
