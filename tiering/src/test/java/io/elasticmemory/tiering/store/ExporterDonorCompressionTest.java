package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.testing.Allocations;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that travel compressed: fewer, right, and never believed before they are checked. */
class ExporterDonorCompressionTest {
  private static final int BLOCK = 256 << 10;

  private final FakeExporter exporter = new FakeExporter(2);
  private final Poller poller = exporter.openPoller();
  private final Counters counters = TestDonors.counters();
  private final List<String> notices = new ArrayList<>();
  private final MemorySegment frames = Arena.ofAuto().allocate(16L * BLOCK, 4096);
  private final List<Transfer> ended = new ArrayList<>();

  private ExporterDonor connect() {
    return ExporterDonor.connect(
        TestDonors.borrowing(2),
        exporter,
        poller,
        exporter.clock(),
        notices::add,
        TestDonors.TIMEOUT_MILLIS,
        new WireCompression(Lz4Library.open(notices::add), counters));
  }

  private Transfer transfer(boolean write, int place, int bytes) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, (long) place * BLOCK, frames, (long) place * BLOCK, bytes);
    return transfer;
  }

  private Outcome run(ExporterDonor donor, boolean write, int place, int bytes) {
    Transfer transfer = transfer(write, place, bytes);
    assertThat(donor.start(transfer)).isTrue();
    for (int i = 0; i < 10_000 && !ended.contains(transfer); i++) {
      donor.poll(ended::add);
      poller.await(1_000_000);
    }
    assertThat(ended).contains(transfer);
    return transfer.outcome();
  }

  /** Noise in the first {@code tenths} tenths of each 640 bytes. */
  private void fill(int place, int bytes, int tenths, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < bytes; i++) {
      boolean noise = i % 640 < 64 * tenths;
      byte value = noise ? (byte) random.nextInt() : (byte) (i >> 9);
      frames.set(JAVA_BYTE, (long) place * BLOCK + i, value);
    }
  }

  private void assertComesBack(ExporterDonor donor, int place, int bytes) {
    byte[] before = frames.asSlice((long) place * BLOCK, bytes).toArray(JAVA_BYTE);
    assertThat(run(donor, true, place, bytes)).isEqualTo(Outcome.DONE);
    assertThat(exporter.memory.asSlice((long) place * BLOCK, bytes).toArray(JAVA_BYTE))
        .as("plain at the exporter")
        .isEqualTo(before);
    frames.asSlice((long) place * BLOCK, bytes).fill((byte) 0xee);
    assertThat(run(donor, false, place, bytes)).isEqualTo(Outcome.DONE);
    assertThat(frames.asSlice((long) place * BLOCK, bytes).toArray(JAVA_BYTE)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 12 << 10, 64 << 10, 68 << 10, BLOCK})
  void bringsBackWhatItWasGivenAndSavesBytesBothWays(int bytes) {
    ExporterDonor donor = connect();
    fill(0, bytes, 4, bytes);
    assertComesBack(donor, 0, bytes);
    assertThat(counters.get(Counter.bytesSavedToRemote)).isGreaterThan(bytes / 3);
    assertThat(counters.get(Counter.bytesSavedFromRemote)).isGreaterThan(bytes / 3);
    assertThat(exporter.operations[MessageLayout.WRITE] + exporter.operations[MessageLayout.READ])
        .isZero();
    assertThat(notices).isEmpty();
  }

  @Test
  void sendsWhatDoesNotCompressAsItIs() {
    ExporterDonor donor = connect();
    fill(0, BLOCK, 10, 1);
    assertComesBack(donor, 0, BLOCK);
    assertThat(counters.get(Counter.bytesSavedToRemote)).isZero();
    assertThat(counters.get(Counter.bytesSavedFromRemote)).isZero();
    assertThat(exporter.pieces.packed).isZero();
  }

  @Test
  void mixesPiecesOfBothKinds() {
    ExporterDonor donor = connect();
    fill(0, BLOCK, 3, 2);
    fill(1, 64 << 10, 10, 3);
    MemorySegment.copy(frames, BLOCK, frames, 64 << 10, 64 << 10);
    assertComesBack(donor, 0, BLOCK);
    assertThat(exporter.pieces.packed).isEqualTo(3);
    assertThat(exporter.pieces.raw).isEqualTo(1);
  }

  @Test
  void soonStopsTryingWhatDoesNotCompressAndNoticesWhenItDoesAgain() {
    ExporterDonor donor = connect();
    for (int i = 0; i < 10; i++) {
      fill(0, BLOCK, 10, i);
      assertThat(run(donor, true, 0, BLOCK)).isEqualTo(Outcome.DONE);
    }
    for (int i = 0; i < 10; i++) {
      fill(0, BLOCK, 2, i);
      assertThat(run(donor, true, 0, BLOCK)).isEqualTo(Outcome.DONE);
    }
    assertThat(exporter.pieces.packed).isGreaterThan(30);
  }

  @Test
  void saysSoOnceWhenTheExporterIsOlderAndGoesOnWithPlainBytes() {
    exporter.abilities = 0;
    ExporterDonor donor = connect();
    fill(0, BLOCK, 4, 4);
    assertComesBack(donor, 0, BLOCK);
    assertThat(exporter.operations[MessageLayout.WRITE]).isEqualTo(1);
    assertThat(exporter.operations[MessageLayout.WRITE_COMPRESSED]).isZero();
    assertThat(exporter.operations[MessageLayout.READ_COMPRESSED]).isZero();
    assertThat(counters.get(Counter.bytesSavedToRemote)).isZero();
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("127.0.0.1:19675: the exporter cannot compress")
        .contains("compress=lz4");
  }

  @Test
  void takesAnExporterWithAbilitiesNobodyKnowsYet() {
    exporter.abilities = -1;
    fill(0, BLOCK, 4, 4);
    assertComesBack(connect(), 0, BLOCK);
  }

  @Test
  void compressesABoundedPartOfWhatWaitsInOneTurn() {
    ExporterDonor donor = connect();
    exporter.answers = false;
    for (int place = 0; place < 8; place++) {
      fill(place, BLOCK, 4, place);
      assertThat(donor.start(transfer(true, place, BLOCK))).isTrue();
    }
    long before = 0;
    int turns = 8 * BLOCK / PieceSender.TURN_BYTES_MAX;
    for (int turn = 0; turn < turns; turn++) {
      donor.poll(ended::add);
      long saved = counters.get(Counter.bytesSavedToRemote);
      assertThat(saved - before).as("turn %d", turn).isBetween(1L, (long) 64 << 10);
      before = saved;
      assertThat(poller.await(0) > 0).as("asks to go on").isEqualTo(turn < turns - 1);
    }
  }

  // ---- exporters that are not to be believed

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (64 << 10) + 1, 2 << 20})
  void cutsAnExporterOffThatSendsAPieceOfAnImpossibleSize(int size) {
    ExporterDonor donor = connect();
    fill(0, BLOCK, 4, 5);
    assertComesBack(donor, 0, BLOCK);
    int connections = exporter.connections();
    exporter.pieces.sizeInstead = size;
    assertThat(run(donor, false, 0, BLOCK)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(donor.lastFailure()).contains(size + " bytes for a piece of 65536");
    assertThat(run(donor, false, 0, BLOCK)).isIn(Outcome.UNREACHABLE, Outcome.DONE);
    for (int i = 0; i < 100; i++) {
      donor.poll(ended::add);
      poller.await(10_000_000);
    }
    assertThat(exporter.connections()).isGreaterThan(connections);
    frames.asSlice(0, BLOCK).fill((byte) 0);
    assertComesBack(donor, 0, BLOCK);
  }

  @Test
  void neverCallsDamagedBytesDone() {
    ExporterDonor donor = connect();
    for (int tenths : new int[] {1, 4, 10}) {
      fill(0, BLOCK, tenths, tenths);
      assertComesBack(donor, 0, BLOCK);
      exporter.pieces.spoils = 1;
      assertThat(run(donor, false, 0, BLOCK)).isEqualTo(Outcome.FAILED);
      assertThat(donor.lastFailure()).contains("damaged");
      assertThat(run(donor, false, 0, BLOCK)).as("the next one").isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void refusesAPieceThatIsShorterThanItSays() {
    ExporterDonor donor = connect();
    fill(0, BLOCK, 4, 6);
    assertComesBack(donor, 0, BLOCK);
    // Its checksum is not that of fewer bytes, and what follows is no piece.
    exporter.pieces.sizeInstead = 100;
    assertThat(run(donor, false, 0, BLOCK)).isIn(Outcome.FAILED, Outcome.UNREACHABLE);
  }

  @Test
  void allocatesNothingWhileHealthy() {
    ExporterDonor donor = connect();
    Transfer[] transfers = new Transfer[16];
    for (int i = 0; i < 16; i++) {
      fill(i, BLOCK, i % 2 == 0 ? 4 : 10, i);
      transfers[i] = transfer(i < 8, i % 8, BLOCK);
    }
    int[] count = {0};
    Donor.Ended counting = _ -> count[0]++;
    // 1280 pieces a round; what is left is a few objects of the measurement itself.
    Allocations.assertRoundsBelow(
        640,
        () -> {
          long allocated = 0;
          for (int turn = 0; turn < 20; turn++) {
            for (int half = 0; half < 16; half += 8) {
              for (int i = half; i < half + 8; i++) {
                assertThat(donor.start(transfers[i])).isTrue();
              }
              for (int goal = count[0] + 8; count[0] < goal; ) {
                long before = Allocations.ofThisThread();
                donor.poll(counting);
                allocated += Allocations.ofThisThread() - before;
                poller.await(0);
              }
            }
          }
          return allocated;
        });
  }
}
