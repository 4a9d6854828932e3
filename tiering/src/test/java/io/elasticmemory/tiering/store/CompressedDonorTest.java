package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.wire.CompressedLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Keeps the contract, refuses what it does not want, and believes nothing it reads. */
class CompressedDonorTest extends DonorContract {
  private static final int PIECE = 4096;
  private static final int BLOCK = 64 << 10;
  private static final long MEMORY = 16 << 20;

  private final PlainMemory memory = formatted(MEMORY, PIECE);
  private final Counters counters =
      new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));
  private final List<String> warnings = new ArrayList<>();
  private final MemorySegment frame = Arena.ofAuto().allocate(4L * BLOCK, 4096);

  private static PlainMemory formatted(long bytes, int pieceBytes) {
    PlainMemory made = new PlainMemory(bytes);
    CompressedLayout.format(made.segment(), pieceBytes, 5, 6);
    return made;
  }

  private CompressedDonor open(PlainMemory in) {
    return CompressedDonor.open(
        "zdram",
        in,
        0,
        in.segment().byteSize(),
        PIECE,
        5,
        6,
        counters,
        bytes -> Arena.ofAuto().allocate(bytes, 8),
        warnings::add);
  }

  @Override
  protected Donor openDonor(long grantedBytes) {
    assertThat(CompressedLayout.positionBytes(MEMORY)).isEqualTo(grantedBytes);
    return open(memory);
  }

  @Override
  protected void pause() {}

  private static Outcome run(Donor donor, boolean write, long position, MemorySegment from, int n) {
    return run(donor, write, position, from, 0, n);
  }

  private static Outcome run(
      Donor donor, boolean write, long position, MemorySegment from, int at, int bytes) {
    Transfer transfer = new Transfer();
    transfer.ask(write, false, position, from, at, bytes);
    assertThat(donor.start(transfer)).isTrue();
    assertThat(donor.poll(_ -> {})).isEqualTo(1);
    return transfer.outcome();
  }

  /** Compresses to about {@code tenths} tenths. */
  private void fill(SplittableRandom random, int at, int bytes, int tenths) {
    for (int i = at; i < at + bytes; i++) {
      boolean noise = i % 640 < 64 * tenths;
      frame.set(JAVA_BYTE, i, noise ? (byte) random.nextInt() : (byte) (i >> 9));
    }
  }

  @Test
  void usesTheNativeLibraryAndLeavesNoCopyOfIt() {
    assertThat(Lz4Library.open(warnings::add).isNative()).isTrue();
    assertThat(warnings).isEmpty();
  }

  @Test
  void doesTheSameInJavaAlone() {
    Lz4 java = Lz4.ofJava();
    Lz4 quick = Lz4Library.open(warnings::add);
    fill(new SplittableRandom(1), 0, BLOCK, 4);
    var packed = Arena.ofAuto().allocate(java.maxBytes(BLOCK), 8).asByteBuffer();
    var back = Arena.ofAuto().allocate(BLOCK, 8);
    for (Lz4 packer : List.of(java, quick)) {
      for (Lz4 unpacker : List.of(java, quick)) {
        int bytes = packer.compress(frame.asByteBuffer(), 0, BLOCK, packed, 0);
        assertThat(bytes).isBetween(1, BLOCK * 6 / 10);
        assertThat(unpacker.decompress(packed, 0, bytes, back.asByteBuffer(), 0, BLOCK)).isTrue();
        assertThat(back.mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
        assertThat(unpacker.decompress(packed, 0, bytes, back.asByteBuffer(), 0, BLOCK - 1))
            .isFalse();
        assertThat(unpacker.decompress(packed, 0, bytes - 1, back.asByteBuffer(), 0, BLOCK))
            .isFalse();
      }
    }
  }

  @Test
  void refusesWhatDoesNotCompressAndKeepsNothingOfIt() {
    CompressedDonor donor = open(memory);
    SplittableRandom random = new SplittableRandom(2);
    fill(random, 0, BLOCK, 10);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.REFUSED);
    // Its first pieces compress, the others do not.
    fill(random, 0, BLOCK / 4, 1);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.REFUSED);
    assertThat(counters.get(Counter.compressedRefused)).isEqualTo(2);
    assertThat(counters.get(Counter.compressedBytes)).isZero();
    assertThat(counters.get(Counter.compressedRawBytes)).isZero();
    assertThat(donor.lastFailure()).isEmpty();
  }

  @Test
  void keepsAPieceAsItIsWhereOnlyTheOthersCompress() {
    CompressedDonor donor = open(memory);
    SplittableRandom random = new SplittableRandom(3);
    fill(random, 0, BLOCK, 2);
    fill(random, 5 * PIECE, PIECE, 10);
    assertThat(run(donor, true, BLOCK, frame, BLOCK)).isEqualTo(Outcome.DONE);
    MemorySegment back = Arena.ofAuto().allocate(BLOCK, 8);
    assertThat(run(donor, false, BLOCK, back, BLOCK)).isEqualTo(Outcome.DONE);
    assertThat(back.mismatch(frame.asSlice(0, BLOCK))).isEqualTo(-1);
    assertThat(counters.get(Counter.compressedRawBytes)).isEqualTo(BLOCK);
    assertThat(counters.get(Counter.compressedBytes)).isBetween((long) PIECE, BLOCK / 2L);
  }

  @Test
  void tellsItsRoomAndRefusesWhenThereIsNone() {
    CompressedDonor donor = open(memory);
    fill(new SplittableRandom(4), 0, BLOCK, 5);
    long position = 0;
    while (donor.roomBytes() >= BLOCK) {
      assertThat(run(donor, true, position, frame, BLOCK)).isEqualTo(Outcome.DONE);
      position += BLOCK;
    }
    assertThat(position).as("more than it takes").isGreaterThan(MEMORY * 5 / 4);
    Outcome outcome = Outcome.DONE;
    for (int i = 0; i < 3 && outcome == Outcome.DONE; i++) {
      outcome = run(donor, true, position, frame, BLOCK);
      position += BLOCK;
    }
    assertThat(outcome).isEqualTo(Outcome.REFUSED);
    assertThat(counters.get(Counter.compressedFull)).isEqualTo(1);
    assertThat(counters.get(Counter.compressedResidentBytes)).isLessThanOrEqualTo(MEMORY);
    donor.forget(0, BLOCK);
    donor.forget(BLOCK, BLOCK);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
  }

  @Test
  void givesItsMemoryBackWhenAllIsForgotten() {
    CompressedDonor donor = open(memory);
    fill(new SplittableRandom(5), 0, BLOCK, 3);
    for (long position = 0; position < 200L * BLOCK; position += BLOCK) {
      run(donor, true, position, frame, BLOCK);
    }
    assertThat(counters.get(Counter.compressedResidentBytes)).isGreaterThan(2 << 20);
    for (long position = 0; position < 200L * BLOCK; position += BLOCK) {
      donor.forget(position, BLOCK);
    }
    int polls = 0;
    while (donor.hasWork()) {
      assertThat(donor.poll(_ -> {})).isZero();
      assertThat(++polls).isLessThan(1000);
    }
    assertThat(counters.get(Counter.compressedResidentBytes)).isLessThanOrEqualTo(1 << 20);
    assertThat(memory.taken.cardinality() * 4096L).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void makesReadsThatSomebodyWaitsForFirstAndBoundsTheWritesOfAPoll() {
    CompressedDonor donor = open(memory);
    fill(new SplittableRandom(6), 0, 4 * BLOCK, 3);
    List<Transfer> started = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Transfer transfer = new Transfer();
      transfer.ask(true, false, (long) i * BLOCK, frame, (long) i * BLOCK, BLOCK);
      assertThat(donor.start(transfer)).isTrue();
      started.add(transfer);
    }
    Transfer urgent = new Transfer();
    urgent.ask(false, true, 9L * BLOCK, Arena.ofAuto().allocate(PIECE, 8), 0, PIECE);
    assertThat(donor.start(urgent)).isTrue();
    List<Transfer> ended = new ArrayList<>();
    assertThat(donor.poll(ended::add)).isEqualTo(2);
    assertThat(ended).containsExactly(urgent, started.getFirst());
    assertThat(donor.hasWork()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(donor.poll(ended::add)).isEqualTo(1);
    }
    assertThat(donor.hasWork()).isFalse();
  }

  @Test
  void isFoundAgainByWhoeverOpensItNext() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("CompressedDonorTest.isFoundAgain… -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Map<Long, byte[]> model = new HashMap<>();
    CompressedDonor donor = open(memory);
    for (int i = 0; i < 1_500; i++) {
      long position = random.nextInt(400) * (long) BLOCK / 4;
      fill(random, 0, 4 * PIECE, random.nextInt(7));
      if (random.nextInt(3) > 0 && run(donor, true, position, frame, 4 * PIECE) == Outcome.DONE) {
        model.put(position, frame.asSlice(0, 4L * PIECE).toArray(JAVA_BYTE));
      } else {
        donor.forget(position, 4 * PIECE);
        model.remove(position);
      }
    }
    long taken = counters.get(Counter.compressedBytes);
    long raw = counters.get(Counter.compressedRawBytes);

    CompressedDonor next = open(memory);

    assertThat(counters.get(Counter.compressedBytes)).isEqualTo(taken);
    assertThat(counters.get(Counter.compressedRawBytes)).isEqualTo(raw).isPositive();
    MemorySegment back = Arena.ofAuto().allocate(4L * PIECE, 8);
    model.forEach(
        (position, bytes) -> {
          assertThat(run(next, false, position, back, 4 * PIECE)).isEqualTo(Outcome.DONE);
          assertThat(back.toArray(JAVA_BYTE)).isEqualTo(bytes);
        });
    model.keySet().forEach(position -> next.forget(position, 4 * PIECE));
    assertThat(counters.get(Counter.compressedBytes)).isZero();
  }

  @Test
  void neverLeavesItsFrameWhateverItsMemoryHolds() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("CompressedDonorTest.neverLeavesItsFrame… -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    CompressedDonor donor = open(memory);
    fill(random, 0, BLOCK, 4);
    assertThat(run(donor, true, 0, frame, BLOCK)).isEqualTo(Outcome.DONE);
    long cellsAt = CompressedLayout.cellsAt(MEMORY, PIECE);
    byte[] honest = memory.segment().asSlice(0, cellsAt + BLOCK).toArray(JAVA_BYTE);
    MemorySegment back = Arena.ofAuto().allocate(3L * PIECE, 8);
    int failed = 0;
    for (int i = 0; i < 20_000; i++) {
      long at =
          random.nextBoolean()
              ? CompressedLayout.entryAt(random.nextInt(16)) + random.nextInt(8)
              : cellsAt + random.nextInt(BLOCK / 2);
      memory.segment().set(JAVA_BYTE, at, (byte) random.nextInt());
      back.fill((byte) 0x11);
      Outcome outcome = run(donor, false, random.nextInt(16) * PIECE, back, PIECE, PIECE);
      failed += outcome == Outcome.FAILED ? 1 : 0;
      for (int b = 0; b < PIECE; b++) {
        if (back.get(JAVA_BYTE, b) != 0x11 || back.get(JAVA_BYTE, 2L * PIECE + b) != 0x11) {
          throw new AssertionError("byte " + b + " beside the frame was written");
        }
      }
      if (i % 50 == 0) {
        MemorySegment.copy(honest, 0, memory.segment(), JAVA_BYTE, 0, honest.length);
      }
    }
    assertThat(failed).isPositive();
    assertThat(donor.lastFailure()).contains("damaged");
  }

  @Test
  void opensNothingThatIsNotItsSpacesOwn() {
    for (long field : new long[] {0, 8, 12, 16, 20, 24, 32, 40, 48, 56}) {
      PlainMemory other = formatted(MEMORY, PIECE);
      int value = other.segment().get(JAVA_INT, field);
      other.segment().set(JAVA_INT, field, value + 1);
      assertThatIllegalArgumentException().as("field at %d", field).isThrownBy(() -> open(other));
    }
    PlainMemory damaged = formatted(MEMORY, PIECE);
    damaged.segment().set(JAVA_LONG, CompressedLayout.USED_PIECES_AT, 1);
    long entry = CompressedLayout.entry(0xffff_ffffL, 100);
    damaged.segment().set(JAVA_LONG, CompressedLayout.entryAt(0), entry);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(damaged))
        .withMessageContaining("piece 0");
  }

  @Test
  void closesItsMemory() {
    open(memory).close();
    assertThat(memory.closed).isTrue();
  }
}
