package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way past TCP, with connections that answer when the test says, and time that it gives. */
class RdmaPathTest {
  private static final int BYTES = 4096;
  private static final long SECOND = 1_000_000_000L;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames = arena.allocate(160 * BYTES, 4096);
  private final FakeRdmaExporter exporter = new FakeRdmaExporter(arena, 2);
  private final List<Transfer> ended = new ArrayList<>();
  private long now = 1_000 * SECOND;
  private RdmaPath path;

  @BeforeEach
  void make() {
    RdmaWish wish = new RdmaWish(exporter.here, "", RdmaWish.PATIENCE, true);
    path = new RdmaPath(wish, TestDonors.borrowing(2), exporter, exporter.poller, now);
    path.use(exporter.instance, exporter.lease);
  }

  @AfterEach
  void end() {
    path.end();
    exporter.close();
    arena.close();
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      exporter.turn();
      path.turn(now);
      path.report(ended::add);
    }
  }

  private void open() {
    turns(10);
    assertThat(path.isReady()).as("%s", exporter.notices).isTrue();
  }

  private Transfer start(boolean write, boolean urgent, long position, int frame) {
    Transfer transfer = new Transfer();
    transfer.ask(write, urgent, position, frames, (long) frame * BYTES, BYTES);
    transfer.end(null);
    assertThat(path.start(transfer)).isTrue();
    return transfer;
  }

  @Test
  void opensWithTheTokenAndMovesBytesOfBothSlabs() {
    open();
    assertThat(exporter.asked).containsExactly(MessageLayout.RDMA_OPEN);
    assertThat(exporter.notices).containsExactly("127.0.0.1:19675: bytes go by RDMA");
    frames.set(JAVA_LONG, 0, 77);
    long last = 2 * MessageLayout.SLAB_BYTES - BYTES;
    start(true, false, last, 0);
    turns(2);
    assertThat(exporter.word(last)).isEqualTo(77);
    exporter.setWord(8192, 78);
    Transfer read = start(false, true, 8192, 1);
    turns(2);
    assertThat(read.outcome()).isEqualTo(Outcome.DONE);
    assertThat(frames.get(JAVA_LONG, BYTES)).isEqualTo(78);
    assertThat(ended).hasSize(2);
  }

  @Test
  void findsTheSlabsWhereNothingIsSaidWithTheAnswerByRdma() {
    exporter.fabric.loseAnswers();
    open();
    exporter.setWord(8192, 78);
    start(false, true, 8192, 1);
    turns(2);
    assertThat(frames.get(JAVA_LONG, BYTES)).isEqualTo(78);
  }

  @Test
  void handsOverWithOneDoorbellWhatWaits() {
    open();
    int before = exporter.fabric.posts();
    for (int i = 0; i < 32; i++) {
      start(true, false, (long) i * BYTES, i);
    }
    turns(1);
    assertThat(exporter.fabric.posts()).isEqualTo(before + 1);
    turns(1);
    assertThat(ended).hasSize(32);
  }

  @Test
  void hasNoMoreUnderWayThanTheDeviceHasSlots() {
    open();
    exporter.fabric.hold();
    for (int i = 0; i < RdmaWork.WAITING_MAX; i++) {
      start(true, false, (long) i * BYTES, i);
    }
    turns(1);
    for (int i = 0; i < RdmaWork.WAITING_MAX; i++) {
      start(true, false, (long) i * BYTES, i);
    }
    turns(3);
    assertThat(exporter.fabric.underWay()).isEqualTo(RdmaWork.SLOTS);
    Transfer more = new Transfer();
    more.ask(true, false, 0, frames, 0, BYTES);
    assertThat(path.start(more)).isFalse();
    exporter.fabric.release(RdmaWork.SLOTS / 4);
    turns(3);
    assertThat(exporter.fabric.underWay()).isEqualTo(RdmaWork.SLOTS);
    exporter.fabric.release();
    turns(4);
    assertThat(ended).hasSize(2 * RdmaWork.WAITING_MAX);
    assertThat(ended).allMatch(one -> one.outcome() == Outcome.DONE);
  }

  @Test
  void urgentReadsDoNotQueueBehindTheOthers() {
    open();
    exporter.fabric.hold();
    for (int i = 0; i < RdmaWork.WAITING_MAX; i++) {
      start(true, false, (long) i * BYTES, i);
    }
    turns(1);
    Transfer read = start(false, true, 0, 70);
    turns(1);
    exporter.fabric.releaseLast(WorkStatus.SUCCESS);
    turns(1);
    assertThat(ended).containsExactly(read);
  }

  @Test
  void readsGoOverTcpAtOnceAndWritesOnlyWhenTheExporterHasAnswered() {
    open();
    exporter.fabric.hold();
    Transfer write = start(true, false, 0, 0);
    Transfer read = start(false, true, 8192, 1);
    turns(1);
    exporter.isBusy = true;
    exporter.fabric.releaseLast(WorkStatus.RETRY_EXCEEDED);
    turns(5);
    assertThat(exporter.overTcp).containsExactly(read);
    assertThat(path.isReady()).isFalse();
    exporter.isBusy = false;
    exporter.answers = false;
    turns(5);
    assertThat(exporter.asked).endsWith(MessageLayout.RDMA_CLOSE);
    assertThat(exporter.overTcp).containsExactly(read);
    exporter.answers = true;
    turns(2);
    assertThat(exporter.overTcp).containsExactly(read, write);
    assertThat(ended).isEmpty();
  }

  @Test
  void writesWaitForTheNextConnectionWhenTheirsIsLost() {
    open();
    exporter.fabric.hold();
    Transfer write = start(true, false, 0, 0);
    turns(1);
    exporter.stands = false;
    path.controlLost();
    turns(5);
    assertThat(exporter.overTcp).isEmpty();
    exporter.stands = true;
    turns(2);
    assertThat(exporter.overTcp).containsExactly(write);
    assertThat(exporter.asked).containsExactly(MessageLayout.RDMA_OPEN);
  }

  @Test
  void hasItsConnectionsWatchedCloselyWhileTheyAreIdle() {
    assertThat(exporter.isWatchedClosely).isFalse();
    open();
    assertThat(exporter.isWatchedClosely).isTrue();
    exporter.fabric.endAs(WorkStatus.REMOTE_ACCESS);
    start(false, true, 0, 0);
    turns(2);
    assertThat(exporter.isWatchedClosely).isFalse();
    assertThat(exporter.doubts).isZero();
  }

  @Test
  void hasDoubtsAboutAnExporterThatDoesNotAcknowledge() {
    open();
    exporter.fabric.endAs(WorkStatus.RETRY_EXCEEDED);
    start(false, true, 0, 0);
    turns(2);
    assertThat(exporter.doubts).isEqualTo(1);
  }

  @Test
  void waitsLongerEachTimeBeforeItAsksAgain() {
    exporter.status = MessageLayout.NO_RDMA;
    turns(5);
    assertThat(path.isAwaited()).isFalse();
    assertThat(exporter.notices)
        .containsExactly("127.0.0.1:19675: no RDMA (no RDMA), bytes go over TCP");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      int before = exporter.asked.size();
      now += seconds * SECOND - 1;
      turns(5);
      assertThat(exporter.asked).as("before %d s", seconds).hasSize(before);
      now += 1;
      turns(5);
      assertThat(exporter.asked).as("after %d s", seconds).hasSize(before + 1);
    }
  }

  @Test
  void doesNotBelieveADirectoryThatWasDamaged() {
    exporter.damagesDirectory = true;
    turns(10);
    assertThat(path.isReady()).isFalse();
    assertThat(exporter.notices)
        .containsExactly(
            "127.0.0.1:19675: no RDMA (its directory of slabs is not that of our lease), bytes go"
                + " over TCP");
  }

  @Test
  void givesUpADeviceThatReportsNothing() {
    open();
    exporter.fabric.hold();
    Transfer read = start(false, true, 0, 0);
    turns(2);
    now += 2 * SECOND;
    turns(2);
    assertThat(path.isReady()).isTrue();
    now += 2 * SECOND;
    turns(2);
    assertThat(exporter.overTcp).containsExactly(read);
  }

  /** Nothing that is held ends by itself: only the device says that it never will. */
  private void assertGoesOverTcpAtOnce(Runnable trouble, String why) {
    open();
    exporter.fabric.hold();
    Transfer read = start(false, true, 0, 0);
    turns(2);
    trouble.run();
    turns(2);
    assertThat(path.isReady()).isFalse();
    assertThat(exporter.overTcp).containsExactly(read);
    assertThat(exporter.notices)
        .containsExactly(
            "127.0.0.1:19675: bytes go by RDMA",
            "127.0.0.1:19675: no RDMA (" + why + "), bytes go over TCP");
  }

  @Test
  void goesOverTcpAtOnceWhenItsPortGoesDown() {
    assertGoesOverTcpAtOnce(exporter.here::portGoesDown, "the port of fake-127.0.0.2 is down");
  }

  @Test
  void goesOverTcpAtOnceWhenTheDeviceIsPulledOut() {
    assertGoesOverTcpAtOnce(exporter.here::removeDevice, "the device goes away");
  }

  @Test
  void goesOverTcpAtOnceWhenTheDeviceFailsItsQueuePairs() {
    assertGoesOverTcpAtOnce(exporter.here::failQueuePairs, "the device has failed it");
  }

  @Test
  void endsWhatItHasAsUnreachableWhenTheExporterIsGone() {
    open();
    exporter.fabric.hold();
    Transfer write = start(true, false, 0, 0);
    turns(1);
    Transfer waiting = start(false, true, 0, 1);
    path.end();
    path.report(ended::add);
    assertThat(ended).containsExactlyInAnyOrder(write, waiting);
    assertThat(ended).allMatch(one -> one.outcome() == Outcome.UNREACHABLE);
    assertThat(exporter.here.regions()).as("nothing is registered any more").isZero();
  }
}
