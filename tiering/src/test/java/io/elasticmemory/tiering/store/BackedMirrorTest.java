package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An exporter and a disk as one: who is read, who is waited for, and what a successor makes of it.
 */
class BackedMirrorTest {
  private static final long MILLI = 1_000_000;
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 256;
  private static final long LATE_MILLIS = 1_000;
  private static final long FAILING_MILLIS = 250;
  private static final int EXPORTER = 0;
  private static final int DISK = 1;

  private final HeldSide exporter = new HeldSide("exporter", (long) BLOCKS * BLOCK);
  private final HeldSide disk = new HeldSide("disk", (long) BLOCKS * BLOCK);
  private final boolean[] doubts = new boolean[2];
  private final RememberedDebts debts = new RememberedDebts();
  private final Counters counters = TestDonors.counters();
  private final List<String> notices = new ArrayList<>();
  private final MemorySegment frames = Arena.ofAuto().allocate(4L * BLOCK, 4096);
  private final List<Transfer> ended = new ArrayList<>();
  private long nanos;
  private MirrorDonor mirror = open(exporter, true);

  private MirrorDonor open(@Nullable HeldSide first, boolean known) {
    MirrorSettings settings =
        new MirrorSettings(BLOCK, LATE_MILLIS * MILLI, FAILING_MILLIS * MILLI, 1L << 40);
    BackupDonor backup =
        new BackupDonor(
            disk, settings, debts, () -> nanos, bytes -> Arena.ofAuto().allocate(bytes, 4096));
    BackupReplica side = new BackupReplica(backup, settings, () -> nanos, doubts[DISK]);
    MirrorDonor opened =
        new MirrorDonor(
            settings,
            exporter,
            first,
            side,
            side.opened(),
            new RememberedDoubts(doubts),
            known,
            () -> nanos,
            counters,
            notices::add,
            bytes -> Arena.ofAuto().allocate(bytes, 4096),
            MirrorRules.STRICT);
    opened.poll(ended::add);
    return opened;
  }

  private Transfer write(int block, long value) {
    frames.set(JAVA_LONG, 0, value);
    Transfer transfer = new Transfer();
    transfer.ask(true, false, (long) block * BLOCK, frames, 0, 4096);
    assertThat(mirror.start(transfer)).isTrue();
    return transfer;
  }

  private void run(long millis) {
    for (long i = 0; i < millis; i++) {
      nanos += MILLI;
      mirror.poll(ended::add);
    }
  }

  private long found(HeldSide side, int block) {
    return side.bytes.get(JAVA_LONG, (long) block * BLOCK);
  }

  private long readValue(int block) {
    frames.set(JAVA_LONG, BLOCK, -1);
    Transfer read = new Transfer();
    read.ask(false, true, (long) block * BLOCK, frames, BLOCK, 4096);
    assertThat(mirror.start(read)).isTrue();
    run(60);
    assertThat(ended).contains(read);
    assertThat(read.outcome()).isEqualTo(Outcome.DONE);
    return frames.get(JAVA_LONG, BLOCK);
  }

  // ---- both are well

  @Test
  void aWriteIsDoneWhenTheExporterHasItAndTheDiskIsSureToGetIt() {
    disk.outcome = null;
    Transfer write = write(1, 11);
    run(2);
    assertThat(ended).contains(write);
    assertThat(found(exporter, 1)).isEqualTo(11);
    assertThat(debts.all()).containsExactly(1);
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(found(disk, 1)).isEqualTo(11);
    assertThat(debts.all()).isEmpty();
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void aWriteThatOnlyTheDiskHasIsNotDone() {
    exporter.outcome = null;
    Transfer write = write(1, 11);
    run(LATE_MILLIS / 2);
    assertThat(ended).doesNotContain(write);
  }

  @Test
  void readsAreAskedOfTheExporter() {
    exporter.bytes.set(JAVA_LONG, 2L * BLOCK, 22);
    exporter.bytes.set(JAVA_LONG, 3L * BLOCK, 33);
    assertThat(readValue(2)).isEqualTo(22);
    assertThat(readValue(3)).isEqualTo(33);
  }

  @Test
  void aReadThatIsNotAnsweredSoonIsAskedOfTheDisk() {
    write(3, 33);
    run(2);
    exporter.outcome = null;
    assertThat(readValue(3)).isEqualTo(33);
    assertThat(counters.get(Counter.readsHedged)).isEqualTo(1);
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void whatTheDiskOwesIsReadThereOnlyWhenItHasIt() {
    disk.onlyWrites = false;
    disk.bytes.set(JAVA_LONG, 3L * BLOCK, 1);
    write(3, 33);
    run(2);
    exporter.outcome = null;
    frames.set(JAVA_LONG, BLOCK, -1);
    Transfer read = new Transfer();
    read.ask(false, true, 3L * BLOCK, frames, BLOCK, 4096);
    mirror.start(read);
    run(100);
    assertThat(ended).doesNotContain(read);
    disk.onlyWrites = null;
    run(5);
    assertThat(ended).contains(read);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(33);
  }

  @Test
  void whenTheDiskIsFarBehindWritesWaitForIt() {
    disk.outcome = null;
    int done = 0;
    for (int i = 0; i < 1_000; i++) {
      Transfer write = new Transfer();
      write.ask(true, false, (long) (i % BLOCKS) * BLOCK, frames, 0, BLOCK);
      if (mirror.start(write)) {
        done++;
      }
      nanos += MILLI / 100;
      mirror.poll(ended::add);
    }
    assertThat(ended).hasSize((12 << 20) / BLOCK);
    assertThat(done).isGreaterThan(ended.size());
    assertThat(readValue(3)).isNotNegative(); // reads have room of their own
    disk.outcome = Outcome.DONE;
    run(20);
    assertThat(ended).hasSize(done + 1);
    assertThat(doubts).containsExactly(false, false);
  }

  // ---- the exporter goes

  @Test
  void anExporterIsDroppedWhenTheDiskHasAllThatWasReported() {
    disk.outcome = null;
    write(1, 11);
    run(2);
    exporter.lost = true;
    exporter.outcome = null;
    Transfer late = write(2, 22);
    run(3 * FAILING_MILLIS);
    assertThat(doubts).containsExactly(false, false);
    assertThat(ended).doesNotContain(late);
    disk.outcome = Outcome.DONE;
    run(3);
    assertThat(doubts).containsExactly(true, false);
    assertThat(ended).contains(late);
    assertThat(debts.all()).isEmpty();
    assertThat(readValue(1)).isEqualTo(11);
    assertThat(readValue(2)).isEqualTo(22);
    assertThat(counters.get(Counter.mirrorsDegraded)).isEqualTo(1);
    assertThat(notices).last().asString().contains("disk alone has what both held");
  }

  @Test
  void withoutTheExporterAWriteIsDoneWhenTheDiskHasIt() {
    exporter.lost = true;
    run(2);
    assertThat(doubts).containsExactly(true, false);
    disk.outcome = null;
    Transfer write = write(1, 11);
    run(50);
    assertThat(ended).doesNotContain(write);
    assertThat(debts.all()).isEmpty();
    disk.outcome = Outcome.DONE;
    run(2);
    assertThat(ended).contains(write);
  }

  @Test
  void nothingIsBehindFromTheMomentAnExporterIsDroppedForBeingLate() {
    exporter.outcome = null;
    Transfer late = write(1, 11);
    for (int i = 0; i < 2 * LATE_MILLIS && !doubts[EXPORTER]; i++) {
      run(1);
    }
    assertThat(doubts).containsExactly(true, false);
    disk.outcome = null;
    Transfer write = write(2, 22);
    assertThat(debts.all()).isEmpty();
    run(5);
    assertThat(ended).contains(late).doesNotContain(write);
  }

  @Test
  void anExporterThatCannotBeReachedIsDroppedAlthoughWritesNeverCease() {
    disk.onlyWrites = null;
    exporter.away = true;
    exporter.outcome = null;
    for (int i = 0; i < 2 * FAILING_MILLIS; i++) {
      Transfer write = new Transfer();
      write.ask(true, false, (long) (i % BLOCKS) * BLOCK, frames, 0, 4096);
      mirror.start(write);
      run(1);
    }
    assertThat(doubts).containsExactly(true, false);
  }

  @Test
  void anExporterThatComesBackGetsEverythingFromTheDisk() {
    for (int block = 0; block < 20; block++) {
      write(block, 100 + block);
      run(1);
    }
    exporter.lost = true;
    run(2);
    write(4, 999);
    run(2);
    exporter.comesBack();
    run(200);
    assertThat(doubts).containsExactly(false, false);
    for (int block = 0; block < 20; block++) {
      assertThat(found(exporter, block)).isEqualTo(block == 4 ? 999 : 100 + block);
    }
    assertThat(counters.get(Counter.mirrorsDegraded)).isZero();
    disk.outcome = null;
    Transfer write = write(1, 12);
    run(2);
    assertThat(ended).contains(write); // it may lag again
  }

  // ---- the disk goes

  @Test
  void aDiskThatFailsForLongIsDroppedAndUsedAgainLater() {
    disk.outcome = Outcome.NO_SPACE;
    Transfer write = write(1, 11);
    run(2);
    assertThat(ended).contains(write);
    run(FAILING_MILLIS + 20);
    assertThat(doubts).containsExactly(false, true);
    assertThat(debts.all()).isEmpty();
    assertThat(notices).last().asString().startsWith("disk is dropped (it fails: NO_SPACE)");
    Transfer alone = write(2, 22);
    run(2);
    assertThat(ended).contains(alone);
    disk.outcome = Outcome.DONE;
    run(LATE_MILLIS / 2);
    assertThat(doubts).containsExactly(false, true);
    run(LATE_MILLIS);
    assertThat(doubts).containsExactly(false, false);
    assertThat(found(disk, 1)).isEqualTo(11);
    assertThat(found(disk, 2)).isEqualTo(22);
  }

  @Test
  void aDiskThatHangsIsDroppedAndHoldsNobodyUp() {
    disk.outcome = null;
    write(1, 11);
    run(LATE_MILLIS + FAILING_MILLIS + 20);
    assertThat(doubts).containsExactly(false, true);
    assertThat(notices).last().asString().contains("a write has taken");
    for (int i = 0; i < 400; i++) {
      Transfer write = write(i % BLOCKS, i);
      run(1);
      assertThat(ended).contains(write);
    }
    run(20 * LATE_MILLIS);
    assertThat(doubts).containsExactly(false, true); // the write is still under way there
  }

  @Test
  void aDiskThatFailsIsKeptWhileItIsAlone() {
    exporter.lost = true;
    run(2);
    disk.outcome = Outcome.FAILED;
    Transfer write = write(1, 11);
    run(2 * LATE_MILLIS);
    assertThat(ended).contains(write);
    assertThat(write.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(doubts).containsExactly(true, false);
  }

  // ---- successors

  private void diesOwing() {
    disk.outcome = null;
    write(1, 11);
    write(2, 22);
    run(2);
    assertThat(debts.all()).containsExactly(1, 2);
    disk.underWay.clear(); // with the pager
    disk.outcome = Outcome.DONE;
    disk.bytes.set(JAVA_LONG, BLOCK, 1);
    disk.bytes.set(JAVA_LONG, 2L * BLOCK, 2);
  }

  @Test
  void aSuccessorReadsWhatTheDiskOwedFromTheExporterAndCopiesIt() {
    diesOwing();
    exporter.onlyWrites = true;
    mirror = open(exporter, false);
    frames.set(JAVA_LONG, BLOCK, -1);
    Transfer read = new Transfer();
    read.ask(false, true, BLOCK, frames, BLOCK, 4096);
    mirror.start(read);
    run(100);
    assertThat(ended).doesNotContain(read); // not from the disk, however late the exporter is
    exporter.onlyWrites = null;
    run(20);
    assertThat(ended).contains(read);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(11);
    assertThat(found(disk, 1)).isEqualTo(11);
    assertThat(found(disk, 2)).isEqualTo(22);
    assertThat(debts.all()).isEmpty();
    assertThat(doubts).containsExactly(false, false);
    assertThat(notices).last().asString().startsWith("disk lacks nothing");
    assertThat(counters.get(Counter.bytesRebuilt)).isEqualTo(2L * BLOCK);
    assertThat(counters.get(Counter.bytesToRebuild)).isZero();
  }

  @Test
  void aWriteToWhatTheDiskOwedComesAfterTheCopy() {
    diesOwing();
    exporter.onlyWrites = true; // the copies' reads stand
    mirror = open(exporter, false);
    run(10);
    Transfer write = write(1, 12);
    run(10);
    assertThat(ended).doesNotContain(write);
    exporter.onlyWrites = null;
    run(20);
    assertThat(ended).contains(write);
    assertThat(found(disk, 1)).isEqualTo(12);
    assertThat(debts.all()).isEmpty();
  }

  @Test
  void aSuccessorThatDiesBeforeTheCopiesAreMadeLeavesTheDebts() {
    diesOwing();
    exporter.onlyWrites = true;
    mirror = open(exporter, false);
    run(10);
    assertThat(debts.all()).containsExactly(1, 2);
    exporter.underWay.clear();
    exporter.onlyWrites = null;
    mirror = open(exporter, false);
    run(20);
    assertThat(debts.all()).isEmpty();
    assertThat(found(disk, 2)).isEqualTo(22);
  }

  @Test
  void aSuccessorPaysWhatIsOwedAlsoWhenNoMoreCanBeNoted() {
    for (int slot = 0; slot < debts.places(); slot++) {
      debts.owe(slot);
    }
    mirror = open(exporter, false);
    mirror.holdsNothingElse();
    Transfer write = write(1, 12);
    run(2 * LATE_MILLIS);
    assertThat(ended).contains(write);
    assertThat(debts.all()).isEmpty();
    assertThat(doubts).containsExactly(false, false);
    assertThat(found(disk, 1)).isEqualTo(12);
  }

  @Test
  void aDiskThatIsNotFencedHoldsTheExporterUpForNoLongerThanOneThatIsLate() {
    disk.fenced = false;
    mirror = open(exporter, false);
    mirror.holdsNothingElse();
    run(LATE_MILLIS / 2);
    assertThat(mirror.isFenced()).isFalse();
    assertThat(mirror.nanosToNextEvent()).isLessThanOrEqualTo(20 * MILLI);
    run(LATE_MILLIS);
    assertThat(mirror.isFenced()).isTrue();
    assertThat(doubts).containsExactly(false, true);
    Transfer alone = write(2, 22);
    run(4 * LATE_MILLIS);
    assertThat(ended).contains(alone);
    assertThat(doubts).containsExactly(false, true);
    disk.fenced = true;
    run(100);
    assertThat(doubts).containsExactly(false, false);
    assertThat(found(disk, 2)).isEqualTo(22);
  }

  @Test
  void aDiskThatIsNotFencedIsKeptWhileTheExporterIsNotEither() {
    disk.fenced = false;
    exporter.fenced = false;
    mirror = open(exporter, false);
    run(2 * LATE_MILLIS);
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void aSuccessorWithoutTheExporterGoesOnWithWhatTheDiskHas() {
    diesOwing();
    mirror = open(null, false);
    assertThat(doubts).containsExactly(true, false);
    assertThat(debts.all()).isEmpty();
    assertThat(readValue(1)).isEqualTo(1); // whoever reads it compares its checksum
  }

  @Test
  void anExporterThatGoesBeforeTheCopiesAreMadeLeavesWhatTheDiskHas() {
    diesOwing();
    exporter.onlyWrites = true;
    mirror = open(exporter, false);
    run(10);
    exporter.lost = true;
    exporter.outcome = null;
    run(5);
    assertThat(doubts).containsExactly(true, false);
    assertThat(debts.all()).isEmpty();
    Transfer write = write(1, 12);
    run(5);
    assertThat(ended).contains(write);
    assertThat(readValue(1)).isEqualTo(12);
  }

  @Test
  void aSuccessorCopiesEverythingToADiskThatIsDoubted() {
    write(1, 11);
    run(2);
    doubts[DISK] = true;
    debts.owe(7);
    disk.bytes.fill((byte) 0);
    mirror = open(exporter, false);
    assertThat(debts.all()).isEmpty();
    mirror.holds(BLOCK);
    mirror.holdsNothingElse();
    run(100);
    assertThat(doubts).containsExactly(false, false);
    assertThat(found(disk, 1)).isEqualTo(11);
  }

  @Test
  void itIsOfTheExportersTierWhoeverIsThere() {
    doubts[EXPORTER] = true;
    mirror = open(null, false);
    assertThat(mirror.tier()).isEqualTo(exporter.tier());
  }
}
