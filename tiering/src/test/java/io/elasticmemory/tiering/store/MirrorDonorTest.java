package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.testing.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two donors as one: what is believed, what is asked of whom, and what comes back. */
class MirrorDonorTest {
  private static final long MILLI = 1_000_000;
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 32;
  private static final long LATE_MILLIS = 1_000;
  private static final long FAILING_MILLIS = 250;
  private static final int A = 0;

  private final HeldSide a = new HeldSide("a", (long) BLOCKS * BLOCK);
  private final HeldSide b = new HeldSide("b", (long) BLOCKS * BLOCK);
  private final boolean[] doubts = new boolean[2];
  private final Counters counters = TestDonors.counters();
  private final List<String> notices = new ArrayList<>();
  private final MemorySegment frames = Arena.ofAuto().allocate(4L * BLOCK, 4096);
  private final List<Transfer> ended = new ArrayList<>();

  /** What was doubted when each transfer was reported. */
  private final List<Boolean> doubtedA = new ArrayList<>();

  private long nanos;
  private MirrorDonor mirror = open(a, b, true);

  private MirrorDonor open(@Nullable HeldSide first, @Nullable HeldSide second, boolean known) {
    return new MirrorDonor(
        new MirrorSettings(BLOCK, LATE_MILLIS * MILLI, FAILING_MILLIS * MILLI, 1L << 40),
        a,
        first,
        b,
        second,
        new RememberedDoubts(doubts),
        known,
        () -> nanos,
        counters,
        notices::add,
        bytes -> Arena.ofAuto().allocate(bytes, 4096),
        MirrorRules.STRICT);
  }

  private Transfer write(int block, long value) {
    frames.set(JAVA_LONG, 0, value);
    return start(true, block, 0);
  }

  private Transfer read(int block) {
    return start(false, block, BLOCK);
  }

  private Transfer start(boolean write, int block, long frameOffset) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, (long) block * BLOCK, frames, frameOffset, 4096);
    assertThat(mirror.start(transfer)).isTrue();
    return transfer;
  }

  private void poll() {
    mirror.poll(
        transfer -> {
          ended.add(transfer);
          doubtedA.add(doubts[A]);
        });
  }

  private void run(long millis) {
    for (long i = 0; i < millis; i++) {
      nanos += MILLI;
      poll();
    }
  }

  private void assertEnded(Transfer transfer, Outcome outcome) {
    assertThat(ended).contains(transfer);
    assertThat(transfer.outcome()).isEqualTo(outcome);
  }

  private long found(HeldSide side, int block) {
    return side.bytes.get(JAVA_LONG, (long) block * BLOCK);
  }

  private long readValue(int block) {
    frames.set(JAVA_LONG, BLOCK, -1);
    Transfer read = read(block);
    run(5);
    assertEnded(read, Outcome.DONE);
    return frames.get(JAVA_LONG, BLOCK);
  }

  private void dropA() {
    a.lost = true;
    poll();
    assertThat(doubts[A]).isTrue();
    assertThat(a.dropped).isTrue();
  }

  // ---- writes

  @Test
  void aWriteIsDoneWhenBothHaveAcknowledgedIt() {
    b.outcome = null;
    Transfer write = write(1, 11);
    run(10);
    assertThat(ended).isEmpty();
    b.outcome = Outcome.DONE;
    poll();
    assertEnded(write, Outcome.DONE);
    assertThat(found(a, 1)).isEqualTo(11);
    assertThat(found(b, 1)).isEqualTo(11);
  }

  @Test
  void theFrameOfAWriteIsNotLookedAtOnceItWasTaken() {
    a.outcome = null;
    b.outcome = null;
    write(1, 11);
    frames.set(JAVA_LONG, 0, 99);
    a.outcome = Outcome.DONE;
    b.outcome = Outcome.DONE;
    poll();
    assertThat(found(a, 1)).isEqualTo(11);
    assertThat(found(b, 1)).isEqualTo(11);
  }

  @Test
  void aSideThatOwesAWriteTooLongIsDoubtedBeforeTheWriteIsDone() {
    a.outcome = null;
    Transfer write = write(1, 11);
    run(LATE_MILLIS - 50);
    assertThat(ended).isEmpty();
    run(100);
    assertEnded(write, Outcome.DONE);
    assertThat(doubtedA).containsExactly(true);
    assertThat(counters.get(Counter.mirrorsDegraded)).isEqualTo(1);
    assertThat(notices).singleElement().asString().startsWith("a is dropped (no answer for");
  }

  @Test
  void aSideIsWaitedForAsLongAsTheOtherOwesTheSame() {
    a.outcome = null;
    b.outcome = null;
    write(1, 11);
    run(3 * LATE_MILLIS);
    assertThat(doubts).containsExactly(false, false);
    assertThat(ended).isEmpty();
  }

  @Test
  void whoAnswersSoonAfterTheOtherStaysHoweverLongBothWereSilent() {
    a.outcome = null;
    b.outcome = null;
    Transfer write = write(1, 11);
    run(3 * LATE_MILLIS);
    a.outcome = Outcome.DONE;
    run(LATE_MILLIS - 50);
    assertThat(doubts).containsExactly(false, false);
    assertThat(ended).isEmpty();
    b.outcome = Outcome.DONE;
    run(1);
    assertEnded(write, Outcome.DONE);
    assertThat(found(b, 1)).isEqualTo(11);
  }

  @Test
  void whoOwesForLongWhatTheOtherHasAnsweredGoesHoweverLateThatWas() {
    a.outcome = null;
    b.outcome = null;
    Transfer write = write(1, 11);
    run(3 * LATE_MILLIS);
    a.outcome = Outcome.DONE;
    run(LATE_MILLIS + 50);
    assertThat(doubts).containsExactly(false, true);
    assertEnded(write, Outcome.DONE);
  }

  @Test
  void aWriteThatFailsAtOneSideForAMomentIsTriedAgainThere() {
    a.outcome = Outcome.UNREACHABLE;
    Transfer write = write(1, 11);
    run(FAILING_MILLIS / 2);
    assertThat(ended).isEmpty();
    a.outcome = Outcome.DONE;
    run(5);
    assertEnded(write, Outcome.DONE);
    assertThat(found(a, 1)).isEqualTo(11);
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void aSideThatOnlyFailsIsDropped() {
    a.outcome = Outcome.UNREACHABLE;
    Transfer write = write(1, 11);
    run(FAILING_MILLIS + 50);
    assertEnded(write, Outcome.DONE);
    assertThat(doubtedA).containsExactly(true);
    assertThat(notices).singleElement().asString().contains("it only fails: UNREACHABLE");
  }

  @Test
  void aSideThatCannotBeReachedIsDroppedAlthoughNobodyAsksItAnything() {
    a.away = true;
    run(FAILING_MILLIS - 10);
    assertThat(doubts).containsExactly(false, false);
    run(20);
    assertThat(doubts).containsExactly(true, false);
    assertThat(notices).singleElement().asString().contains("it cannot be reached");
  }

  @Test
  void aSideThatIsReachedAgainSoonStays() {
    for (int i = 0; i < 10; i++) {
      a.away = !a.away;
      run(FAILING_MILLIS - 10);
    }
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void nobodyIsDroppedWhileNobodyCanBeReached() {
    a.away = true;
    b.away = true;
    run(10 * FAILING_MILLIS);
    assertThat(doubts).containsExactly(false, false);
    b.away = false;
    run(10);
    assertThat(doubts).containsExactly(true, false);
  }

  @Test
  void whenBothFailTheWriteFailsAndNobodyIsDropped() {
    a.outcome = Outcome.UNREACHABLE;
    b.outcome = Outcome.UNREACHABLE;
    for (int i = 0; i < 100; i++) {
      Transfer write = write(1, i);
      run(10);
      assertEnded(write, Outcome.UNREACHABLE);
    }
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void theLastSideIsNeverDropped() {
    dropA();
    b.lost = true;
    b.outcome = Outcome.UNREACHABLE;
    Transfer write = write(1, 11);
    run(2 * LATE_MILLIS);
    assertEnded(write, Outcome.UNREACHABLE);
    assertThat(doubts).containsExactly(true, false);
  }

  @Test
  void aSideThatLostItsBytesGoesBeforeOneThatIsLate() {
    b.outcome = null;
    write(1, 11);
    run(LATE_MILLIS - 50);
    a.lost = true;
    run(100);
    assertThat(doubts).containsExactly(true, false);
  }

  @Test
  void itIsGoneWhenAllWhoAreBelievedHaveLostTheirBytes() {
    assertThat(mirror.isGone()).isFalse();
    dropA();
    assertThat(mirror.isGone()).isFalse();
    a.lost = true;
    assertThat(mirror.isGone()).isFalse();
    b.lost = true;
    assertThat(mirror.isGone()).isTrue();
  }

  @Test
  void timeInWhichNobodyPollsIsNobodysFault() {
    a.outcome = null;
    write(1, 11);
    poll();
    nanos += 100 * LATE_MILLIS * MILLI;
    poll();
    assertThat(doubts).containsExactly(false, false);
  }

  // ---- reads

  @Test
  void aReadThatIsNotAnsweredSoonIsAskedOfTheOtherSide() {
    write(2, 22); // even blocks are read from a
    poll();
    a.outcome = null;
    assertThat(readValue(2)).isEqualTo(22);
    assertThat(counters.get(Counter.readsHedged)).isEqualTo(1);
    assertThat(doubts).containsExactly(false, false);
  }

  @Test
  void aSlowSideIsNotAskedFirstForAWhile() {
    a.outcome = null;
    readValue(2);
    for (int i = 0; i < 10; i++) {
      readValue(2);
    }
    assertThat(counters.get(Counter.readsHedged)).isEqualTo(1);
  }

  @Test
  void aLateAnswerTouchesNoFrame() {
    a.outcome = null;
    b.bytes.set(JAVA_LONG, 2L * BLOCK, 22);
    assertThat(readValue(2)).isEqualTo(22);
    frames.fill((byte) 7);
    a.outcome = Outcome.DONE;
    run(5);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(0x0707070707070707L);
    assertThat(ended).hasSize(1);
  }

  @Test
  void aReadThatFailsIsAskedOfTheOtherSideAtOnce() {
    a.outcome = Outcome.UNREACHABLE;
    b.bytes.set(JAVA_LONG, 2L * BLOCK, 22);
    Transfer read = read(2);
    poll();
    poll();
    assertEnded(read, Outcome.DONE);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(22);
    assertThat(counters.get(Counter.readsHedged)).isZero();
  }

  @Test
  void aReadThatOwesTooLongCostsTheSide() {
    a.outcome = null;
    readValue(2);
    run(LATE_MILLIS + 50);
    assertThat(doubts).containsExactly(true, false);
  }

  @Test
  void aReadThatFailsEverywhereFails() {
    a.outcome = Outcome.UNREACHABLE;
    b.outcome = Outcome.FAILED;
    Transfer read = read(2);
    run(5);
    assertThat(ended).containsExactly(read);
    assertThat(read.outcome()).isNotEqualTo(Outcome.DONE);
  }

  @Test
  void theCopyThatWasWrongIsAvoided() {
    a.bytes.set(JAVA_LONG, 2L * BLOCK, 1);
    b.bytes.set(JAVA_LONG, 2L * BLOCK, 2);
    for (int wrong = 0; wrong < 2; wrong++) {
      Transfer read = new Transfer();
      read.ask(false, true, 2L * BLOCK, frames, BLOCK, 4096);
      read.avoid(wrong);
      mirror.start(read);
      run(2);
      assertEnded(read, Outcome.DONE);
      assertThat(read.copy()).isEqualTo(1 - wrong);
      assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(2 - wrong);
    }
  }

  @Test
  void readsUnderWayAtASideThatIsDroppedAreAskedOfTheOther() {
    a.outcome = null;
    b.bytes.set(JAVA_LONG, 2L * BLOCK, 22);
    Transfer read = read(2);
    a.lost = true;
    poll();
    poll();
    assertEnded(read, Outcome.DONE);
    assertThat(frames.get(JAVA_LONG, BLOCK)).isEqualTo(22);
  }

  @Test
  void aStoppedSideLeavesRoomForUrgentReads() {
    a.outcome = null;
    int taken = 0;
    Transfer write = new Transfer();
    for (int block = 0; block < BLOCKS * 16; block++) {
      write = new Transfer();
      write.ask(true, false, block * 4096L, frames, 0, 4096);
      taken += mirror.start(write) ? 1 : 0;
    }
    assertThat(taken).isLessThan(BLOCKS * 16);
    run(10);
    assertThat(readValue(3)).isZero();
  }

  // ---- coming back

  @Test
  void aSideThatComesBackIsCopiedToAndThenBelieved() {
    for (int block = 0; block < 20; block++) {
      write(block, 100 + block);
      poll();
    }
    dropA();
    write(4, 999);
    run(5);
    a.comesBack();
    run(200);
    assertThat(doubts).containsExactly(false, false);
    for (int block = 0; block < 20; block++) {
      assertThat(found(a, block)).isEqualTo(block == 4 ? 999 : 100 + block);
    }
    assertThat(counters.get(Counter.bytesRebuilt)).isEqualTo(20L * BLOCK);
    assertThat(counters.get(Counter.bytesToRebuild)).isZero();
    assertThat(counters.get(Counter.mirrorsDegraded)).isZero();
    assertThat(notices).hasSize(3).last().asString().startsWith("a has all that b has again");
  }

  @Test
  void whatWasForgottenIsNotCopied() {
    write(1, 11);
    write(2, 22);
    poll();
    mirror.forget(BLOCK, BLOCK);
    dropA();
    a.comesBack();
    run(100);
    assertThat(doubts[A]).isFalse();
    assertThat(counters.get(Counter.bytesRebuilt)).isEqualTo(BLOCK);
  }

  @Test
  void aWriteToABlockThatIsBeingCopiedComesAfterTheCopy() {
    write(1, 11);
    poll();
    dropA();
    b.onlyWrites = true; // the copy's read stands
    a.comesBack();
    run(30);
    assertThat(b.underWay).hasSize(1);
    Transfer write = write(1, 12);
    run(5);
    assertThat(a.underWay).isEmpty();
    assertThat(ended).doesNotContain(write);
    b.onlyWrites = null;
    run(10);
    assertEnded(write, Outcome.DONE);
    assertThat(found(a, 1)).isEqualTo(12);
    assertThat(found(b, 1)).isEqualTo(12);
    assertThat(doubts[A]).isFalse();
  }

  @Test
  void whatIsReadWrongForACopyIsReadAgain() {
    dropAWhoseBlockIs11();
    b.bytes.set(JAVA_LONG, BLOCK, 99);
    a.comesBack();
    run(100);
    assertThat(doubts[A]).isTrue();
    assertThat(found(a, 1)).isNotEqualTo(99);
    assertThat(counters.get(Counter.checksumErrors)).isBetween(5L, 10L); // not in a hurry
    b.bytes.set(JAVA_LONG, BLOCK, 11);
    run(50);
    assertThat(doubts[A]).isFalse();
    assertThat(found(a, 1)).isEqualTo(11);
    assertThat(notices.getLast()).endsWith(" s");
  }

  @Test
  void whatStaysWrongIsCopiedAsItIsAndSaid() {
    dropAWhoseBlockIs11();
    b.bytes.set(JAVA_LONG, BLOCK, 99);
    a.comesBack();
    run(4 * LATE_MILLIS);
    assertThat(doubts[A]).isTrue();
    run(100);
    assertThat(doubts[A]).isFalse();
    assertThat(found(a, 1)).isEqualTo(99);
    assertThat(notices.getLast()).endsWith(", damaged blocks among it: 1");
  }

  private void dropAWhoseBlockIs11() {
    mirror.checkBy((_, bytes, at) -> bytes.get(JAVA_LONG, at) == 11);
    write(1, 11);
    poll();
    dropA();
  }

  @Test
  void whatIsReadForACopyIsOfNoUseOnceTheSideHasGoneAgain() {
    write(1, 11);
    poll();
    dropA();
    b.onlyWrites = true;
    a.comesBack();
    run(30);
    a.canBeOpened = false;
    a.lost = true;
    run(2);
    write(1, 12);
    run(5);
    a.comesBack();
    run(40);
    b.bytes.set(JAVA_LONG, BLOCK, 11); // what the old read may have seen
    b.onlyWrites = false;
    poll();
    b.bytes.set(JAVA_LONG, BLOCK, 12);
    b.onlyWrites = null;
    run(50);
    assertThat(doubts[A]).isFalse();
    assertThat(found(a, 1)).isEqualTo(12);
  }

  @Test
  void aSideThatFailsWhileItIsCopiedToIsDroppedAgain() {
    write(1, 11);
    poll();
    dropA();
    a.comesBack();
    a.outcome = Outcome.FAILED;
    run(25);
    a.canBeOpened = false;
    run(10);
    assertThat(a.dropped).isTrue();
    assertThat(doubts[A]).isTrue();
    assertThat(readValue(1)).isEqualTo(11);
  }

  @Test
  void copiesAreNoFasterThanTheyMay() {
    mirror =
        new MirrorDonor(
            new MirrorSettings(BLOCK, LATE_MILLIS * MILLI, FAILING_MILLIS * MILLI, 10L * BLOCK),
            a,
            a,
            b,
            b,
            new Doubts() {
              @Override
              public boolean has(int side) {
                return false;
              }

              @Override
              public void set(int side, boolean doubted) {}
            },
            true,
            () -> nanos,
            counters,
            notices::add,
            bytes -> Arena.ofAuto().allocate(bytes, 4096),
            MirrorRules.STRICT);
    for (int block = 0; block < BLOCKS; block++) {
      write(block, block);
      poll();
    }
    a.lost = true;
    poll();
    a.comesBack();
    run(1_000);
    assertThat(counters.get(Counter.bytesRebuilt)).isBetween(8L * BLOCK, 11L * BLOCK);
  }

  // ---- successors

  @Test
  void aSuccessorBelievesNobodyWhoIsDoubtedAndTakesHimBackOnlyWhenAllIsKnown() {
    doubts[A] = true;
    b.bytes.set(JAVA_LONG, 2L * BLOCK, 22);
    a.comesBack();
    a.dropped = true;
    mirror = open(null, b, false);
    assertThat(readValue(2)).isEqualTo(22);
    run(100);
    assertThat(a.dropped).isTrue();
    mirror.holds(2L * BLOCK);
    mirror.holdsNothingElse();
    run(100);
    assertThat(doubts[A]).isFalse();
    assertThat(found(a, 2)).isEqualTo(22);
  }

  @Test
  void aSuccessorThatDoesNotFindASideDoubtsItFromThenOn() {
    mirror = open(a, null, false);
    assertThat(doubts).containsExactly(false, true);
  }

  @Test
  void aMirrorOfWhichNobodyCanBeBelievedIsNone() {
    doubts[A] = true;
    assertThatThrownBy(() -> open(a, null, false)).hasMessageContaining("no side of a and b");
  }

  @Test
  void closesBothSides() {
    mirror.close();
    assertThat(a.closed).isTrue();
    assertThat(b.closed).isTrue();
  }

  @Test
  void allocatesNothingWhileBothAreHealthy() {
    Transfer[] transfers = new Transfer[16];
    for (int i = 0; i < transfers.length; i++) {
      transfers[i] = new Transfer();
      transfers[i].ask(i % 2 == 0, i % 3 == 0, (long) i * BLOCK, frames, 0, 4096);
    }
    Donor.Ended nobody = _ -> {};
    // 6400 transfers a round; what is left is a few objects of the measurement itself.
    Allocations.assertLessThan(
        640,
        () -> {
          for (int turn = 0; turn < 400; turn++) {
            for (Transfer transfer : transfers) {
              mirror.start(transfer);
            }
            nanos += 1_000;
            mirror.poll(nobody);
            mirror.nanosToNextEvent();
          }
        });
  }

  @Test
  void saysWhenItHasSomethingToDo() {
    assertThat(mirror.nanosToNextEvent()).isEqualTo(Long.MAX_VALUE);
    a.outcome = null;
    read(2);
    assertThat(mirror.nanosToNextEvent()).isLessThan(100 * MILLI);
  }
}
