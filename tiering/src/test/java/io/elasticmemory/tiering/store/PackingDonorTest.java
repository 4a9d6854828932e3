package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.testing.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keeps the contract for whoever stands behind it, saves sectors, and believes nothing it reads.
 */
@ParameterizedClass
@ValueSource(ints = {8 << 10, 64 << 10})
class PackingDonorTest extends DonorContract {
  private static final int BLOCK = 256 << 10;

  private final int pieceBytes;
  private final Counters counters = TestDonors.counters();
  private final MemorySegment frame = Arena.ofAuto().allocate(4L * BLOCK, 4096);
  private final MemoryDisk disk = new MemoryDisk(Donor.SLAB_BYTES);

  PackingDonorTest(int pieceBytes) {
    this.pieceBytes = pieceBytes;
  }

  private PackingDonor open(Donor behind) {
    return new PackingDonor(
        behind,
        pieceBytes,
        5,
        6,
        Lz4Library.open(_ -> {}),
        counters,
        bytes -> Arena.ofAuto().allocate(bytes, 4096));
  }

  @Override
  protected Donor openDonor(long grantedBytes) {
    return open(new MemoryDisk(grantedBytes));
  }

  @Override
  protected int unitBytes() {
    return pieceBytes;
  }

  @Override
  protected void pause() {}

  private static Transfer transfer(boolean write, long position, MemorySegment from, int bytes) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, position, from, 0, bytes);
    return transfer;
  }

  private static Outcome run(Donor donor, boolean write, long at, MemorySegment from, int bytes) {
    Transfer transfer = transfer(write, at, from, bytes);
    assertThat(donor.start(transfer)).isTrue();
    List<Transfer> ended = new ArrayList<>();
    for (int i = 0; i < 1_000 && ended.isEmpty(); i++) {
      donor.poll(ended::add);
    }
    assertThat(ended).containsExactly(transfer);
    assertThat(donor.poll(ended::add)).isZero();
    return transfer.outcome();
  }

  /** Noise in the first {@code tenths} tenths of each 640 bytes. */
  private static void fill(MemorySegment into, int bytes, int tenths, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < bytes; i++) {
      boolean noise = i % 640 < 64 * tenths;
      into.set(JAVA_BYTE, i, noise ? (byte) random.nextInt() : (byte) (i >> 9));
    }
  }

  private MemorySegment read(Donor donor, long at, int bytes) {
    MemorySegment back = Arena.ofAuto().allocate(bytes, 4096);
    assertThat(run(donor, false, at, back, bytes)).as(donor.lastFailure()).isEqualTo(Outcome.DONE);
    return back;
  }

  @Test
  void writesAndReadsFewerSectors() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 3, 1);
    assertThat(run(donor, true, BLOCK, frame, BLOCK)).isEqualTo(Outcome.DONE);
    assertThat(read(donor, BLOCK, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
    assertThat(disk.writtenBytes).isLessThan(BLOCK * 6 / 10);
    assertThat(disk.readBytes).isEqualTo(disk.writtenBytes);
    assertThat(counters.get(Counter.bytesSavedToSsd)).isEqualTo(BLOCK - disk.writtenBytes);
    assertThat(counters.get(Counter.bytesSavedFromSsd)).isEqualTo(BLOCK - disk.readBytes);
  }

  @Test
  void storesWhatSavesNoSectorAsItIs() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 10, 2);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    assertThat(disk.bytes.asSlice(0, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
    assertThat(read(donor, 0, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
    assertThat(counters.get(Counter.bytesSavedToSsd)).isZero();
  }

  @Test
  void bringsPartsBackOfWhatWasWrittenWholeAndTheOtherWayRound() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 4, 3);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    for (int at = 0; at < BLOCK; at += pieceBytes) {
      assertThat(read(donor, at, pieceBytes).mismatch(frame.asSlice(at, pieceBytes))).isEqualTo(-1);
    }
    // One anew, and one that does not compress: the others stay what they are.
    for (int tenths : new int[] {1, 10}) {
      MemorySegment piece = frame.asSlice(2L * pieceBytes, pieceBytes);
      fill(piece, pieceBytes, tenths, tenths);
      assertThat(run(donor, true, 2L * pieceBytes, piece, pieceBytes)).isEqualTo(Outcome.DONE);
      assertThat(read(donor, 0, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
    }
  }

  /** As one that takes the space over will be: it finds everything by the headers alone. */
  @Test
  void anotherOneFindsEverythingAgain() {
    PackingDonor first = open(disk);
    fill(frame, BLOCK, 4, 4);
    fill(frame.asSlice(pieceBytes, pieceBytes), pieceBytes, 10, 5);
    assertThat(run(first, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    assertThat(read(open(disk), 0, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
  }

  @Test
  void takesDataThatLooksLikeAPieceOfAnotherPlaceForWhatItIs() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 1, 6);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    MemorySegment stolen = Arena.ofAuto().allocate(pieceBytes, 4096);
    stolen.copyFrom(disk.bytes.asSlice(0, pieceBytes));
    for (int at = 4096; at < pieceBytes; at++) {
      stolen.set(JAVA_BYTE, at, (byte) (at * 31 + at / 255 * 7));
    }
    assertThat(run(donor, true, BLOCK, stolen, pieceBytes)).isEqualTo(Outcome.DONE);
    assertThat(read(donor, BLOCK, pieceBytes).mismatch(stolen)).isEqualTo(-1);
    assertThat(read(open(disk), BLOCK, pieceBytes).mismatch(stolen)).isEqualTo(-1);
  }

  @Test
  void saysThatDamagedBytesAreDamaged() {
    PackingDonor donor = open(disk);
    fill(frame, pieceBytes, 3, 7);
    for (long at : new long[] {0, 5, 16, 20, 24, 40, 60, 64, 100, 2000}) {
      assertThat(run(donor, true, 0, frame, pieceBytes)).isEqualTo(Outcome.DONE);
      disk.bytes.set(JAVA_BYTE, at, (byte) (disk.bytes.get(JAVA_BYTE, at) + 1));
      MemorySegment back = Arena.ofAuto().allocate(pieceBytes, 4096);
      assertThat(run(donor, false, 0, back, pieceBytes))
          .as("byte %d", at)
          .isEqualTo(Outcome.FAILED);
      assertThat(donor.lastFailure()).isEqualTo("the compressed piece at 0 of the disk is damaged");
    }
    assertThat(run(donor, true, 0, frame, pieceBytes)).isEqualTo(Outcome.DONE);
    assertThat(read(donor, 0, pieceBytes).mismatch(frame.asSlice(0, pieceBytes))).isEqualTo(-1);
  }

  @Test
  void passesOnHowTheDiskFailed() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 3, 8);
    for (Outcome outcome : new Outcome[] {Outcome.FAILED, Outcome.NO_SPACE}) {
      disk.endsWith = outcome;
      assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(outcome);
      assertThat(run(donor, false, 0, frame.asSlice(BLOCK), BLOCK)).isEqualTo(outcome);
      assertThat(donor.lastFailure()).isEqualTo("the disk says so");
    }
    disk.endsWith = Outcome.DONE;
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    assertThat(read(donor, 0, BLOCK).mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
  }

  @Test
  void takesWholePiecesOnly() {
    PackingDonor donor = open(disk);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> donor.start(transfer(true, 4096, frame, pieceBytes)))
        .withMessageContaining("whole pieces of " + pieceBytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> donor.start(transfer(false, 0, frame, pieceBytes + 4096)));
  }

  @Test
  void letsUrgentReadsPassWhatWaits() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 3, 9);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    int waiting = 0;
    while (donor.start(transfer(true, BLOCK, frame, BLOCK))) {
      waiting++;
    }
    assertThat(waiting).isGreaterThan(100);
    List<Transfer> ended = new ArrayList<>();
    Transfer urgent = transfer(false, 0, frame.asSlice(BLOCK), BLOCK);
    assertThat(donor.start(urgent)).as("places are kept for it").isTrue();
    for (int i = 0; i < 500 && !ended.contains(urgent); i++) {
      assertThat(donor.hasWork() || i > 0).isTrue();
      donor.poll(ended::add);
    }
    assertThat(ended).contains(urgent).hasSizeLessThan(waiting / 2);
  }

  @Test
  void compressesABoundedPartOfWhatWaitsInOnePoll() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 3, 10);
    disk.queueMax = 1_000;
    for (int i = 0; i < 8; i++) {
      assertThat(donor.start(transfer(true, (long) i * BLOCK, frame, BLOCK))).isTrue();
    }
    List<Transfer> ended = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < 10_000 && ended.size() < 8; i++) {
      donor.poll(ended::add);
      if (ended.size() < 8 && !disk.stands) {
        assertThat(disk.writtenBytes - before).isLessThan(BLOCK);
      }
      before = disk.writtenBytes;
    }
    assertThat(ended).hasSize(8);
    assertThat(donor.hasWork()).isFalse();
  }

  @Test
  void holdsWhatAModelHoldsOfAllKindsOfData() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("PackingDonorTest model -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    PackingDonor donor = open(disk);
    Map<Long, byte[]> model = new HashMap<>();
    for (int step = 0; step < 1_500; step++) {
      if (random.nextInt(100) == 0) {
        donor = open(disk); // Somebody takes over.
      }
      long place = random.nextInt(12);
      long first = place * pieceBytes;
      int count = 1 + random.nextInt(3);
      int bytes = count * pieceBytes;
      if (random.nextBoolean()) {
        fill(frame, bytes, random.nextInt(11), random.nextLong());
        assertThat(run(donor, true, first, frame, bytes)).isEqualTo(Outcome.DONE);
        for (int i = 0; i < count; i++) {
          byte[] piece = frame.asSlice((long) i * pieceBytes, pieceBytes).toArray(JAVA_BYTE);
          model.put(place + i, piece);
        }
      } else {
        MemorySegment back = read(donor, first, bytes);
        for (int i = 0; i < count; i++) {
          byte[] expected = model.get(place + i);
          if (expected != null) {
            assertThat(back.asSlice((long) i * pieceBytes, pieceBytes).toArray(JAVA_BYTE))
                .as("seed %d step %d", seed, step)
                .isEqualTo(expected);
          }
        }
      }
      if (random.nextInt(8) == 0) {
        donor.forget(place * pieceBytes, pieceBytes);
        model.remove(place);
      }
    }
  }

  @Test
  void closesWhoStandsBehindIt() {
    open(disk).close();
    assertThat(disk.closed).isTrue();
  }

  @Test
  void allocatesNothingInUse() {
    PackingDonor donor = open(disk);
    fill(frame, BLOCK, 3, 11);
    fill(frame.asSlice(BLOCK), BLOCK, 10, 12);
    Transfer[] transfers = new Transfer[4];
    for (int i = 0; i < 4; i++) {
      transfers[i] = new Transfer();
      long at = (long) (i % 2) * BLOCK;
      transfers[i].ask(i < 2, false, at, frame, at, BLOCK);
    }
    int[] count = {0};
    Donor.Ended counting = _ -> count[0]++;
    // Hundreds of transfers a round; what is left is a few objects of the measurement itself.
    Allocations.assertLessThan(
        640,
        () -> {
          for (int turn = 0; turn < 100; turn++) {
            for (Transfer transfer : transfers) {
              donor.start(transfer);
              for (int goal = count[0] + 1; count[0] < goal; ) {
                donor.poll(counting);
              }
            }
          }
        });
  }
}
