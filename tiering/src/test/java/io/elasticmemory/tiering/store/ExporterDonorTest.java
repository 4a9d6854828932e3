package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.testing.Allocations;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a donor over TCP does when connections and exporters fail, in a world of one thread. */
class ExporterDonorTest {
  private static final int BLOCK = 64 << 10;

  private final FakeExporter exporter = new FakeExporter(2);
  private final Poller poller = exporter.openPoller();
  private ExporterDonor donor = TestDonors.connect(exporter, poller);
  private final MemorySegment frames = Arena.ofAuto().allocate(8 << 20, 4096);
  private final List<Transfer> ended = new ArrayList<>();

  private Transfer transfer(boolean write, boolean urgent, int place) {
    Transfer transfer = new Transfer();
    transfer.ask(write, urgent, (long) place * BLOCK, frames, (long) place * BLOCK, BLOCK);
    return transfer;
  }

  private Transfer start(boolean write, boolean urgent, int place) {
    Transfer transfer = transfer(write, urgent, place);
    assertThat(donor.start(transfer)).isTrue();
    return transfer;
  }

  private Transfer startRead(int place) {
    return start(false, true, place);
  }

  private Transfer startWrite(int place) {
    frames.asSlice((long) place * BLOCK, BLOCK).fill((byte) (place + 1));
    return start(true, false, place);
  }

  private void poll() {
    donor.poll(ended::add);
  }

  /** Lets the network and the donor go on for a while. */
  private void run(long millis) {
    long end = exporter.clock().nanoTime() + millis * 1_000_000;
    do {
      poll();
      poller.await(1_000_000);
      exporter.pass(1);
    } while (exporter.clock().nanoTime() < end);
    poll();
  }

  private byte stored(int place) {
    return exporter.memory.get(JAVA_BYTE, (long) place * BLOCK);
  }

  private void assertEnded(Outcome outcome, Transfer... transfers) {
    assertThat(ended).contains(transfers);
    assertThat(transfers).allSatisfy(t -> assertThat(t.outcome()).isEqualTo(outcome));
  }

  // ---- a connection is lost

  @Test
  void readsEndAtOnceWhenTheConnectionIsLost() {
    exporter.answers = false;
    Transfer urgent = startRead(0);
    Transfer bulk = start(false, false, 1);
    run(5);
    assertThat(ended).isEmpty();
    exporter.cut();
    poller.await(0);
    poll();
    assertEnded(Outcome.UNREACHABLE, urgent, bulk);
    assertThat(donor.lastFailure()).isEqualTo("reset by the peer");
  }

  @Test
  void aWriteThatWasSentIsHeldUntilTheNextConnectionIsWelcomed() {
    exporter.answers = false;
    Transfer write = startWrite(0);
    run(5);
    exporter.cut();
    exporter.door = FakeExporter.Door.REFUSING;
    run(10_000);
    assertThat(ended).isEmpty();
    // What the lost connection carried may still land: the slot is busy, and rightly so.
    exporter.answers = true;
    exporter.serveOrphans();
    assertThat(stored(0)).isEqualTo((byte) 1);
    exporter.door = FakeExporter.Door.OPEN;
    run(2_000);
    assertEnded(Outcome.UNREACHABLE, write);
    ended.clear();
    Transfer again = startWrite(0);
    run(5);
    assertEnded(Outcome.DONE, again);
  }

  @Test
  void aWriteThatWasNotSentEndsAtOnce() {
    exporter.cut();
    exporter.door = FakeExporter.Door.REFUSING;
    run(50);
    Transfer write = startWrite(0);
    Transfer read = startRead(1);
    poll();
    assertEnded(Outcome.UNREACHABLE, write, read);
    assertThat(donor.lastFailure()).isEqualTo("connection refused");
  }

  @Test
  void aWriteSentInPartIsHeldToo() {
    exporter.answers = false;
    exporter.streams.forEach(stream -> stream.sendBufferBytes = 100);
    Transfer first = startWrite(0);
    Transfer second = startWrite(1);
    run(5);
    exporter.cut();
    exporter.door = FakeExporter.Door.REFUSING;
    run(50);
    assertEnded(Outcome.UNREACHABLE, second);
    assertThat(ended).doesNotContain(first);
    exporter.answers = true;
    exporter.door = FakeExporter.Door.OPEN;
    run(2_000);
    assertEnded(Outcome.UNREACHABLE, first);
  }

  @Test
  void goesOnAfterTheConnectionWasLost() {
    Transfer write = startWrite(3);
    run(5);
    exporter.cut();
    run(2_000);
    Transfer read = startRead(3);
    run(5);
    assertEnded(Outcome.DONE, write, read);
    assertThat(frames.get(JAVA_BYTE, 3L * BLOCK)).isEqualTo((byte) 4);
  }

  @Test
  void readsTakeTheOtherWayWhileOneIsLost() {
    Transfer write = startWrite(0);
    run(5);
    exporter.door = FakeExporter.Door.REFUSING;
    exporter.streams.getFirst().broken = new java.io.IOException("reset");
    run(5);
    Transfer urgent = startRead(0);
    Transfer patient = start(false, false, 0);
    run(5);
    assertEnded(Outcome.DONE, write, urgent, patient);
  }

  @Test
  void triesAgainLessAndLessOften() {
    exporter.cut();
    exporter.door = FakeExporter.Door.HANGING_UP;
    run(10_000);
    assertThat(exporter.connections()).isBetween(20, 40);
    exporter.door = FakeExporter.Door.OPEN;
    run(2_000);
    Transfer read = startRead(0);
    run(5);
    assertEnded(Outcome.DONE, read);
  }

  @Test
  void saysOnceThatAConnectionIsLostAndThatItIsBack() {
    List<String> notices = new ArrayList<>();
    FakeExporter other = new FakeExporter(1);
    Poller otherPoller = other.openPoller();
    ExporterDonor noticed =
        ExporterDonor.connect(
            TestDonors.borrowing(1), other, otherPoller, other.clock(), notices::add, 2_000, null);
    assertThat(notices).isEmpty();
    other.cut();
    other.door = FakeExporter.Door.REFUSING;
    for (int i = 0; i < 100; i++) {
      noticed.poll(ended::add);
      otherPoller.await(100_000_000);
    }
    other.door = FakeExporter.Door.OPEN;
    for (int i = 0; i < 100; i++) {
      noticed.poll(ended::add);
      otherPoller.await(100_000_000);
    }
    assertThat(notices)
        .containsExactly(
            "127.0.0.1:19675: connection lost (reset by the peer), trying again",
            "127.0.0.1:19675: connection lost (connection refused), trying again",
            "127.0.0.1:19675: connected again");
  }

  // ---- an exporter is silent

  @Test
  void anExporterThatOwesAnAnswerAndIsSilentIsTakenForLost() {
    exporter.answers = false;
    Transfer read = startRead(0);
    run(3_900);
    assertThat(ended).isEmpty();
    run(200);
    assertEnded(Outcome.UNREACHABLE, read);
    assertThat(donor.lastFailure()).isEqualTo("silent for 4 s");
  }

  @Test
  void anIdleExporterIsAskedForASignOfLife() {
    run(10_500);
    assertThat(exporter.operations[MessageLayout.PING]).isBetween(18, 22);
    exporter.answers = false;
    run(6_000);
    assertThat(donor.lastFailure()).isIn("silent for 4 s", "no answer within 2 s");
  }

  @Test
  void aPagerThatSleptDoesNotTakeTheExporterForSilent() {
    Transfer read = startRead(0);
    poll();
    exporter.serve();
    exporter.pass(60_000);
    poll();
    assertEnded(Outcome.DONE, read);
    assertThat(donor.lastFailure()).isEmpty();
  }

  @Test
  void saysWhenItHasSomethingToDo() {
    run(10);
    assertThat(donor.nanosToNextEvent()).isBetween(900_000_000L, 1_000_000_000L);
    exporter.cut();
    exporter.door = FakeExporter.Door.REFUSING;
    poller.await(0);
    poll();
    assertThat(donor.nanosToNextEvent()).isLessThanOrEqualTo(20_000_000);
  }

  // ---- an exporter comes back without our bytes

  @Test
  void anExporterThatWasStartedAnewIsNeverBelievedAgain() {
    Transfer write = startWrite(0);
    run(5);
    assertEnded(Outcome.DONE, write);
    exporter.restart();
    run(2_000);
    ended.clear();
    Transfer read = startRead(0);
    Transfer other = startWrite(1);
    poll();
    assertEnded(Outcome.UNREACHABLE, read, other);
    run(10_000);
    assertThat(donor.lastFailure()).contains("started anew");
    assertThat(exporter.streams).isEmpty();
  }

  @Test
  void aHeldWriteEndsWhenTheExporterWasStartedAnew() {
    exporter.answers = false;
    Transfer write = startWrite(0);
    run(5);
    exporter.restart();
    exporter.answers = true;
    run(2_000);
    assertEnded(Outcome.UNREACHABLE, write);
  }

  @Test
  void anExporterThatHasEndedTheLeaseIsNeverBelievedAgain() {
    exporter.expire();
    run(2_000);
    Transfer read = startRead(0);
    poll();
    assertEnded(Outcome.UNREACHABLE, read);
    assertThat(donor.lastFailure()).contains("ended the lease");
  }

  @Test
  void aLeaseThatEndsWhileConnectedIsNoticedWithTheNextAnswer() {
    exporter.lease = 0;
    Transfer read = startRead(0);
    Transfer write = startWrite(1);
    run(5);
    assertEnded(Outcome.UNREACHABLE, read, write);
    assertThat(donor.lastFailure()).contains("ended the lease");
  }

  @Test
  void aPagerThatWasSupersededStops() {
    exporter.cut();
    exporter.refuseHelloWith = MessageLayout.SUPERSEDED;
    run(1_000);
    assertThat(donor.lastFailure()).contains("a newer pager");
    int connections = exporter.connections();
    run(10_000);
    assertThat(exporter.connections()).isEqualTo(connections);
  }

  /** A welcome may arrive damaged: who it is from, and what it has, is another question. */
  @Test
  void aDamagedWelcomeIsNotBelieved() {
    exporter.welcomesDamaged = 3;
    exporter.cut();
    run(2_000);
    assertThat(exporter.welcomesDamaged).isZero();
    Transfer read = startRead(0);
    Transfer write = startWrite(1);
    run(5);
    assertEnded(Outcome.DONE, read, write);
  }

  /** Without a checksum that is known, a status may be damage. */
  @ParameterizedTest
  @ValueSource(ints = {MessageLayout.SUPERSEDED, MessageLayout.NO_LEASE, MessageLayout.OK})
  void whatAWelcomeOfAnotherVersionSaysHasNoConsequences(int status) {
    exporter.refuseHelloWith = status;
    exporter.versionSpoken = 7;
    exporter.cut();
    run(200);
    assertThat(donor.lastFailure()).contains("protocol version 7");
    exporter.refuseHelloWith = MessageLayout.OK;
    exporter.versionSpoken = MessageLayout.VERSION;
    run(2_000);
    Transfer read = startRead(0);
    run(5);
    assertEnded(Outcome.DONE, read);
  }

  // ---- an answer is missing

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatIsMissingWhileOthersComeEndsTheConnection(boolean write) {
    exporter.answers = false;
    Transfer lost = write ? startWrite(0) : startRead(0);
    run(2);
    FakeStream stream = write ? exporter.bulkStream() : exporter.urgentStream();
    stream.toExporter.take(stream.toExporter.size());
    exporter.answers = true;
    for (int i = 0; i < 60 && !ended.contains(lost); i++) {
      Transfer other = write ? startWrite(1) : startRead(1);
      run(100);
      assertThat(ended).contains(other);
    }
    assertEnded(Outcome.UNREACHABLE, lost);
    assertThat(donor.lastFailure()).isEqualTo("one answer is missing for 4 s");
    ended.clear();
    Transfer again = write ? startWrite(0) : startRead(0);
    run(5);
    assertEnded(Outcome.DONE, again);
  }

  @Test
  void anAnswerThatOthersOvertakeForAWhileIsWaitedFor() {
    exporter.answers = false;
    Transfer slow = startRead(0);
    run(2);
    FakeStream stream = exporter.urgentStream();
    MessageHeader late = new MessageHeader();
    assertThat(late.read(stream.toExporter.bytes(), stream.toExporter.first()))
        .isEqualTo(MessageHeader.Found.HEADER);
    stream.toExporter.take(MessageLayout.HEADER_BYTES);
    exporter.answers = true;
    for (int i = 0; i < 30; i++) {
      startRead(1);
      run(100);
    }
    assertThat(ended).doesNotContain(slow);
    late.answer(MessageLayout.OK);
    late.length = BLOCK;
    exporter.send(stream, late);
    stream.toClient.put(exporter.memory, 0, BLOCK);
    run(5);
    assertEnded(Outcome.DONE, slow);
  }

  // ---- an exporter answers nonsense

  @Test
  void aRefusedTransferFailsAndOthersGoOn() {
    exporter.refuseTransfersWith = MessageLayout.BAD_CHECKSUM;
    Transfer write = startWrite(0);
    run(5);
    assertEnded(Outcome.FAILED, write);
    assertThat(donor.lastFailure())
        .isEqualTo("the exporter refused to write 65536 bytes at 0: bad checksum");
    exporter.refuseTransfersWith = MessageLayout.OK;
    Transfer read = startRead(0);
    run(5);
    assertEnded(Outcome.DONE, read);
  }

  /**
   * A hostile exporter: every way to answer wrongly ends the connection, none ends anything else.
   */
  @Test
  void answersThatMakeNoSenseEndTheConnection() {
    for (int way = 0; way < 8; way++) {
      exporter.answers = false;
      Transfer read = startRead(0);
      run(2);
      FakeStream stream = exporter.urgentStream();
      MessageHeader nonsense = new MessageHeader();
      assertThat(nonsense.read(stream.toExporter.bytes(), stream.toExporter.first()))
          .isEqualTo(MessageHeader.Found.HEADER);
      nonsense.answer(MessageLayout.OK);
      nonsense.length = BLOCK;
      switch (way) {
        case 0 -> nonsense.length = BLOCK - 1;
        case 1 -> nonsense.length = -1;
        case 2 -> nonsense.length = Integer.MAX_VALUE;
        case 3 -> nonsense.request += 256;
        case 4 -> nonsense.request++;
        case 5 -> nonsense.request = -1;
        case 6 -> nonsense.operation = MessageLayout.WRITE | MessageLayout.ANSWER;
        default -> nonsense.operation = MessageLayout.READ;
      }
      exporter.send(stream, nonsense);
      run(2);
      assertThat(ended).as("way %d", way).containsExactly(read);
      assertThat(read.outcome()).as("way %d", way).isEqualTo(Outcome.UNREACHABLE);
      assertThat(donor.lastFailure()).as("way %d", way).startsWith("the exporter ");
      ended.clear();
      exporter.answers = true;
      run(2_000);
      Transfer good = startRead(0);
      run(5);
      assertEnded(Outcome.DONE, good);
      ended.clear();
    }
  }

  /**
   * The bytes are still being sent from the frame, which is its owner's again when a write ends.
   */
  @ParameterizedTest
  @ValueSource(ints = {MessageLayout.OK, MessageLayout.BAD_CHECKSUM})
  void aWriteThatIsAnsweredBeforeItsBytesHaveComeEndsTheConnection(int status) {
    exporter.answers = false;
    FakeStream stream = exporter.bulkStream();
    stream.sendBufferBytes = MessageLayout.HEADER_BYTES + 100;
    Transfer early = startWrite(0);
    Transfer next = startWrite(1);
    run(2);
    MessageHeader answer = new MessageHeader();
    assertThat(answer.read(stream.toExporter.bytes(), stream.toExporter.first()))
        .isEqualTo(MessageHeader.Found.HEADER);
    answer.answer(status);
    answer.length = 0;
    exporter.send(stream, answer);
    exporter.door = FakeExporter.Door.REFUSING;
    run(5);
    assertThat(donor.lastFailure()).isEqualTo("the exporter answers a write it does not have yet");
    assertEnded(Outcome.UNREACHABLE, next);
    assertThat(ended).as("it may still land").doesNotContain(early);
    exporter.answers = true;
    exporter.door = FakeExporter.Door.OPEN;
    run(2_000);
    assertEnded(Outcome.UNREACHABLE, early);
    Transfer good = startWrite(0);
    run(5);
    assertEnded(Outcome.DONE, good);
  }

  /** The answer to a read that is alone comes with one call, into its frame. */
  @Test
  void bytesAfterARefusalEndTheConnection() {
    exporter.answers = false;
    Transfer read = startRead(0);
    run(2);
    FakeStream stream = exporter.urgentStream();
    MessageHeader refusal = new MessageHeader();
    assertThat(refusal.read(stream.toExporter.bytes(), stream.toExporter.first()))
        .isEqualTo(MessageHeader.Found.HEADER);
    refusal.answer(MessageLayout.BAD_CHECKSUM);
    refusal.length = 0;
    exporter.send(stream, refusal);
    stream.toClient.put(MemorySegment.ofArray(new byte[10]), 0, 10);
    run(2);
    assertEnded(Outcome.FAILED, read);
    assertThat(donor.lastFailure()).isEqualTo("the exporter sends more than its answer");
  }

  @Test
  void bytesThatNobodyAskedForEndTheConnection() {
    exporter.urgentStream().toClient.put(MemorySegment.ofArray(new byte[10]), 0, 10);
    poller.await(0);
    poll();
    assertThat(donor.lastFailure()).isEqualTo("the exporter sends what nobody asked for");
  }

  @Test
  void aDamagedAnswerEndsTheConnection() {
    exporter.answers = false;
    Transfer read = startRead(0);
    run(2);
    byte[] garbage = new byte[64];
    Arrays.fill(garbage, (byte) 0x5a);
    exporter.urgentStream().toClient.put(MemorySegment.ofArray(garbage), 0, 64);
    run(2);
    assertEnded(Outcome.UNREACHABLE, read);
  }

  // ---- order and bounds

  @Test
  void urgentReadsDoNotQueueBehindWriteBack() {
    FakeStream bulk = exporter.bulkStream();
    bulk.sendBufferBytes = 0;
    for (int place = 0; place < 20; place++) {
      startWrite(place);
    }
    Transfer read = startRead(30);
    poll();
    poller.await(0);
    poll();
    assertThat(ended).containsExactly(read);
    bulk.sendBufferBytes = Integer.MAX_VALUE;
    run(20);
    assertThat(ended).hasSize(21);
  }

  @Test
  void anUrgentWriteGoesBeforeThosePatient() {
    exporter.bulkStream().sendBufferBytes = 0;
    for (int place = 0; place < 10; place++) {
      startWrite(place);
    }
    poll();
    Transfer urgent = start(true, true, 20);
    exporter.bulkStream().sendBufferBytes = Integer.MAX_VALUE;
    run(20);
    // The first was on its way already.
    assertThat(ended.indexOf(urgent)).isEqualTo(1);
  }

  @Test
  void saysWhenItsQueueIsFull() {
    int taken = 0;
    while (donor.start(transfer(true, false, taken))) {
      taken++;
    }
    assertThat(taken).isEqualTo(Flights.MAX);
    run(50);
    assertThat(ended).hasSize(taken);
    assertThat(donor.start(transfer(true, false, 0))).isTrue();
  }

  @Test
  void oneTurnMovesABoundedNumberOfBytes() {
    for (int place = 0; place < 60; place++) {
      startWrite(place);
    }
    poll();
    assertThat(exporter.bulkStream().toExporter.size()).isLessThan((1 << 20) + 2 * BLOCK);
    run(50);
    assertThat(ended).hasSize(60);
  }

  @Test
  void refusesMoreThanABlock() {
    Transfer transfer = new Transfer();
    transfer.ask(false, true, 0, frames, 0, (2 << 20) + 4096);
    assertThatThrownBy(() -> donor.start(transfer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2101248 bytes at 0 of 127.0.0.1:19675")
        .hasMessageContaining("134217728");
  }

  // ---- closing

  @Test
  void givesTheLeaseBack() {
    donor.close();
    donor.close();
    assertThat(exporter.lease).isZero();
    assertThat(exporter.operations[MessageLayout.RELEASE]).isEqualTo(1);
    assertThat(exporter.streams).isEmpty();
  }

  @Test
  void closesWithinABoundIfTheExporterIsSilent() {
    exporter.answers = false;
    startWrite(0);
    poll();
    long begun = exporter.clock().nanoTime();
    donor.close();
    assertThat(exporter.clock().nanoTime() - begun).isLessThan(1_100_000_000L);
    assertThat(exporter.streams).isEmpty();
  }

  @Test
  void closesWhileNothingIsConnected() {
    exporter.cut();
    exporter.door = FakeExporter.Door.REFUSING;
    run(5);
    donor.close();
    assertThat(exporter.operations[MessageLayout.RELEASE]).isZero();
  }

  // ---- given up, and asked again

  @Test
  void oneThatIsGivenUpReportsNothingAndKeepsItsLease() {
    donor.start(transfer(true, false, 0));
    run(2);
    exporter.answers = false;
    Transfer held = transfer(true, false, 1);
    donor.start(held);
    poll();
    ended.clear();
    donor.abandon();
    run(50);
    assertThat(ended).isEmpty();
    assertThat(exporter.operations[MessageLayout.RELEASE]).isZero();
    assertThat(exporter.leasedSlabs).isPositive();
  }

  @Test
  void whoAsksAgainComesAfterAllEarlierConnections() {
    long before = exporter.lastConnection;
    donor.abandon();
    ExporterDonor again = TestDonors.connect(exporter, poller, TestDonors.borrowing(2).again());
    assertThat(exporter.lastConnection).isGreaterThan(before + 1_000_000);
    assertThat(again.isNew()).isFalse();
    again.abandon();
  }

  @Test
  void knowsWhetherItsLeaseIsNewAndWhetherTheExporterIsGone() {
    assertThat(donor.isNew()).isTrue();
    assertThat(donor.isGone()).isFalse();
    exporter.restart();
    run(100);
    assertThat(donor.isGone()).isTrue();
  }

  /** The next pager would believe that what was stored is there. */
  @Test
  void aSuccessorFindsThatALeaseHasEndedAsOftenAsItAsksAndMakesNone() {
    donor.abandon();
    exporter.restart();
    Borrowing borrowing = TestDonors.borrowing(2);
    for (int attempt = 0; attempt < 3; attempt++) {
      borrowing = borrowing.again();
      ExporterDonor again = begin(borrowing);
      again.openAgain(TestDonors.TIMEOUT_MILLIS);
      assertThat(again.isNew()).isTrue();
      assertThat(again.hasLease()).isFalse();
      assertThat(exporter.leasedSlabs).isZero();
      again.abandon();
    }
    ExporterDonor empty = begin(borrowing.again());
    empty.open(TestDonors.TIMEOUT_MILLIS);
    assertThat(empty.isNew()).isTrue();
    assertThat(empty.hasLease()).isTrue();
    empty.abandon();
  }

  @Test
  void aSuccessorHasTheLeaseThatThereIs() {
    donor.abandon();
    ExporterDonor again = begin(TestDonors.borrowing(2).again());
    again.openAgain(TestDonors.TIMEOUT_MILLIS);
    assertThat(again.isNew()).isFalse();
    assertThat(again.hasLease()).isTrue();
    again.abandon();
  }

  @Test
  void nothingIsReadOfAnExporterWhoseLeaseHasEnded() {
    donor.abandon();
    exporter.restart();
    ExporterDonor again = begin(TestDonors.borrowing(2).again());
    again.openAgain(TestDonors.TIMEOUT_MILLIS);
    again.moveTo(poller);
    again.disbelieve();
    assertThat(again.isGone()).isTrue();
    donor = again;
    boolean _ = again.start(transfer(false, true, 0));
    run(100);
    again.close();
    assertThat(exporter.operations[MessageLayout.READ]).isZero();
    assertThat(ended).noneMatch(transfer -> transfer.outcome() == Outcome.DONE);
    assertThat(exporter.leasedSlabs).isZero();
  }

  private ExporterDonor begin(Borrowing borrowing) {
    return ExporterDonor.begin(
        borrowing, exporter, exporter.clock(), TestDonors.notices::add, null, null);
  }

  // ---- cost

  @Test
  void allocatesNothingWhileHealthy() {
    Transfer[] reads = new Transfer[16];
    Transfer[] writes = new Transfer[16];
    for (int i = 0; i < 16; i++) {
      reads[i] = transfer(false, true, i);
      writes[i] = transfer(true, false, 16 + i);
    }
    int[] count = {0};
    Donor.Ended counting = _ -> count[0]++;
    // 6400 transfers a round; what is left is a few objects of the measurement itself.
    Allocations.assertLessThan(
        640,
        () -> {
          for (int turn = 0; turn < 200; turn++) {
            for (int i = 0; i < 16; i++) {
              donor.start(reads[i]);
              donor.start(writes[i]);
            }
            for (int goal = count[0] + 32; count[0] < goal; ) {
              donor.poll(counting);
              poller.await(0);
            }
          }
        });
  }
}
