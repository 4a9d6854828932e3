package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.testing.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk that may be behind: what it says, what it remembers, and in which order it writes. */
class BackupDonorTest {
  private static final long MILLI = 1_000_000;
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 256;
  private static final long LATE_MILLIS = 1_000;
  private static final long FAILING_MILLIS = 250;
  private static final int SUBBLOCK = 4096;

  private final HeldSide disk = new HeldSide("disk", (long) BLOCKS * BLOCK);
  private final RememberedDebts debts = new RememberedDebts();
  private final MemorySegment frames = Arena.ofAuto().allocate(4L * BLOCK, SUBBLOCK);
  private final List<Transfer> ended = new ArrayList<>();
  private long nanos;
  private BackupDonor backup = open();

  private BackupDonor open() {
    BackupDonor opened =
        new BackupDonor(
            disk,
            new MirrorSettings(BLOCK, LATE_MILLIS * MILLI, FAILING_MILLIS * MILLI, 1L << 40),
            debts,
            () -> nanos,
            bytes -> Arena.ofAuto().allocate(bytes, SUBBLOCK));
    opened.mayLag(true);
    return opened;
  }

  private Transfer write(int block, int bytes, long value) {
    Transfer transfer = new Transfer();
    frames.set(JAVA_LONG, 0, value);
    transfer.ask(true, false, (long) block * BLOCK, frames, 0, bytes);
    return backup.start(transfer) ? transfer : null;
  }

  private Transfer read(int block) {
    Transfer transfer = new Transfer();
    transfer.ask(false, true, (long) block * BLOCK, frames, BLOCK, SUBBLOCK);
    assertThat(backup.start(transfer)).isTrue();
    return transfer;
  }

  private void poll() {
    backup.poll(ended::add);
  }

  private void run(long millis) {
    for (long i = 0; i < millis; i++) {
      nanos += MILLI;
      poll();
    }
  }

  private long found(int block) {
    return disk.bytes.get(JAVA_LONG, (long) block * BLOCK);
  }

  @Test
  void aWriteIsDoneBeforeTheDiskHasItAndThenTheDiskOwesIt() {
    disk.outcome = null;
    Transfer write = write(3, SUBBLOCK, 33);
    assertThat(debts.all()).containsExactly(3);
    poll();
    assertThat(ended).containsExactly(write);
    assertThat(write.outcome()).isEqualTo(Outcome.DONE);
    assertThat(backup.owes()).isTrue();
    disk.outcome = Outcome.DONE;
    poll();
    assertThat(found(3)).isEqualTo(33);
    assertThat(debts.all()).isEmpty();
    assertThat(backup.owes()).isFalse();
    assertThat(ended).hasSize(1);
  }

  @Test
  void theFrameOfAWriteIsNotLookedAtOnceItWasTaken() {
    disk.outcome = null;
    write(3, SUBBLOCK, 33);
    frames.set(JAVA_LONG, 0, 99);
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(found(3)).isEqualTo(33);
  }

  @Test
  void aWriteThatMayNotLagIsDoneWhenTheDiskHasIt() {
    backup.mayLag(false);
    disk.outcome = null;
    Transfer write = write(3, SUBBLOCK, 33);
    run(5);
    assertThat(ended).isEmpty();
    assertThat(debts.all()).isEmpty();
    assertThat(backup.owes()).isFalse();
    disk.outcome = Outcome.FAILED;
    run(2);
    assertThat(ended).containsExactly(write);
    assertThat(write.outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void whatLaggedBeforeIsOwedAlthoughNothingMoreMayLag() {
    disk.outcome = null;
    write(3, SUBBLOCK, 33);
    backup.mayLag(false);
    Transfer later = write(4, SUBBLOCK, 44);
    run(5);
    assertThat(backup.owes()).isTrue();
    assertThat(ended).doesNotContain(later);
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(backup.owes()).isFalse();
    assertThat(ended).contains(later);
  }

  @Test
  void takesNoMoreThanThereIsRoomForAndGoesOnWhenTheDiskDoes() {
    disk.outcome = null;
    int taken = 0;
    while (write(taken, BLOCK, taken) != null) {
      taken++;
    }
    assertThat(taken).isEqualTo((12 << 20) / BLOCK);
    run(10);
    assertThat(write(taken, BLOCK, taken)).isNull();
    assertThat(debts.all()).hasSize(taken);
    disk.outcome = Outcome.DONE;
    run(5);
    assertThat(write(taken, BLOCK, taken)).isNotNull();
    run(5);
    for (int block = 0; block <= taken; block++) {
      assertThat(found(block)).isEqualTo(block);
    }
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void whenNoMoreDebtsCanBeNotedAWriteIsDoneWhenTheDiskHasIt() {
    for (int i = 0; i < 255; i++) {
      debts.owe(1);
    }
    disk.outcome = null;
    Transfer noted = write(3, SUBBLOCK, 33);
    Transfer unnoted = write(4, SUBBLOCK, 44);
    run(2);
    assertThat(ended).containsExactly(noted);
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(ended).containsExactly(noted, unnoted);
    assertThat(found(4)).isEqualTo(44);
  }

  @Test
  void aReadComesAfterTheWriteOfTheSameBytesThatWasReportedBefore() {
    disk.onlyWrites = false;
    write(3, SUBBLOCK, 33);
    Transfer read = read(3);
    Transfer other = read(4);
    run(5);
    assertThat(ended).contains(other).doesNotContain(read);
    disk.onlyWrites = null;
    run(5);
    assertThat(ended).contains(read);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(33);
  }

  @Test
  void writesOfTheSameBytesKeepTheirOrder() {
    disk.outcome = null;
    write(3, SUBBLOCK, 1);
    write(3, BLOCK, 2);
    write(3, SUBBLOCK, 3);
    poll();
    assertThat(disk.underWay).hasSize(1);
    disk.outcome = Outcome.DONE;
    run(1);
    assertThat(found(3)).isEqualTo(1);
    run(5);
    assertThat(found(3)).isEqualTo(3);
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void whatTheDiskFailsAtIsTriedAgainAndSaidOnlyWhenThatTakesLong() {
    disk.outcome = Outcome.NO_SPACE;
    write(3, SUBBLOCK, 33);
    run(FAILING_MILLIS - 50);
    assertThat(ended).singleElement().extracting(Transfer::outcome).isEqualTo(Outcome.DONE);
    assertThat(backup.isBroken()).isFalse();
    run(100);
    assertThat(backup.isBroken()).isTrue();
    assertThat(debts.all()).containsExactly(3);
    disk.outcome = Outcome.DONE;
    run(20);
    assertThat(backup.isBroken()).isFalse();
    assertThat(found(3)).isEqualTo(33);
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void aDiskThatKeepsAWriteTooLongIsStuck() {
    disk.outcome = null;
    write(3, SUBBLOCK, 33);
    run(LATE_MILLIS - 10);
    assertThat(backup.isStuck()).isFalse();
    run(20);
    assertThat(backup.isStuck()).isTrue();
    assertThat(backup.lastFailure()).startsWith("a write has taken 1,0");
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(backup.isStuck()).isFalse();
  }

  // ---- what an earlier pager has owed

  @Test
  void whatAnEarlierPagerOwedIsLackingUntilAWholeBlockIsWrittenOrForgotten() {
    debts.owe(3);
    debts.owe(4);
    debts.owe(3);
    backup = open();
    List<Integer> lacking = new ArrayList<>();
    backup.eachLacking(lacking::add);
    assertThat(lacking).containsExactly(3, 4, 3);
    assertThat(backup.owes()).isFalse();
    write(3, SUBBLOCK, 33);
    run(2);
    assertThat(backup.lacks(3)).isTrue();
    disk.outcome = null;
    write(3, BLOCK, 33);
    run(2);
    assertThat(backup.lacks(3)).isTrue();
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(backup.lacks(3)).isFalse();
    assertThat(debts.all()).containsExactly(4);
    backup.forget(4L * BLOCK, SUBBLOCK);
    assertThat(backup.lacks(4)).isTrue();
    backup.forget(4L * BLOCK, BLOCK);
    assertThat(backup.lacks(4)).isFalse();
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void whatNobodyHasIsForgiven() {
    debts.owe(3);
    debts.owe(4);
    backup = open();
    backup.forgiveLacking();
    assertThat(backup.lacks(3)).isFalse();
    assertThat(debts.all()).isEmpty();
  }

  // ---- dropped

  @Test
  void isUsedAgainWhenNothingOfBeforeIsUnderWay() {
    debts.owe(9);
    backup = open();
    disk.outcome = null;
    write(3, SUBBLOCK, 33);
    write(3, SUBBLOCK, 34); // waits for the first
    Transfer read = read(5);
    run(2);
    backup.drop();
    assertThat(debts.all()).isEmpty();
    assertThat(backup.isDrained()).isFalse();
    frames.fill((byte) 7);
    disk.outcome = Outcome.DONE;
    assertThat(backup.isDrained()).isTrue();
    assertThat(ended).doesNotContain(read);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(0x0707070707070707L);
    assertThat(found(3)).isEqualTo(33);
    backup.use();
    for (int block = 0; block < 500; block++) {
      assertThat(write(block % BLOCKS, SUBBLOCK, block)).isNotNull();
      run(2);
    }
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void allocatesNothing() {
    Transfer[] transfers = new Transfer[16];
    for (int i = 0; i < transfers.length; i++) {
      transfers[i] = new Transfer();
      transfers[i].ask(i % 2 == 0, i % 3 == 0, (long) (i / 4) * BLOCK, frames, 0, SUBBLOCK);
    }
    Donor.Ended nobody = _ -> {};
    Allocations.assertLessThan(
        640,
        () -> {
          for (int turn = 0; turn < 400; turn++) {
            for (Transfer transfer : transfers) {
              backup.start(transfer);
            }
            nanos += 1_000;
            for (int i = 0; i < 8; i++) {
              backup.poll(nobody);
              backup.nanosToNextEvent();
            }
          }
        });
  }

  @Test
  void saysWhenItHasSomethingToDo() {
    assertThat(backup.nanosToNextEvent()).isEqualTo(Long.MAX_VALUE);
    assertThat(backup.hasWork()).isFalse();
    disk.outcome = null;
    write(3, SUBBLOCK, 33);
    assertThat(backup.hasWork()).isTrue();
    run(2);
    assertThat(backup.hasWork()).isFalse();
    assertThat(backup.nanosToNextEvent()).isLessThan(100 * MILLI);
  }
}
