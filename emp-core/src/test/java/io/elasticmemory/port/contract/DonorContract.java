package io.elasticmemory.port.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What binds implementers of {@link Donor}, as far as a healthy donor shows it. */
public abstract class DonorContract {
  private static final int BLOCK_BYTES = 2 << 20;
  private static final int FRAMES = 8;

  /** Calls of poll within which what was started must have ended. */
  private static final int PATIENCE = 10_000;

  private final Arena arena = Arena.ofShared();

  /** The frames of the tests, at addresses that direct I/O takes. */
  protected final MemorySegment frames = arena.allocate((long) FRAMES * BLOCK_BYTES, 4096);

  /** What it takes at least. */
  private int unit;

  private Donor donor;

  /**
   * A healthy donor that grants {@code grantedBytes}, closed after the test.
   *
   * @param grantedBytes a multiple of the slab size
   */
  protected abstract Donor openDonor(long grantedBytes) throws Exception;

  /** What the donor takes at least, and in multiples of which; a page, unless it says otherwise. */
  protected int unitBytes() {
    return 4096;
  }

  /** Lets time pass for the donor, about a millisecond. */
  protected abstract void pause();

  @BeforeEach
  void open() throws Exception {
    unit = unitBytes();
    donor = openDonor(2 * Donor.SLAB_BYTES);
  }

  @AfterEach
  void close() {
    donor.close();
    arena.close();
  }

  @Test
  void saysWhatItIs() {
    assertThat(donor.name()).isNotBlank();
    assertThat(donor.tier()).isIn(Tier.COMPRESSED, Tier.REMOTE, Tier.SSD);
    assertThat(donor.grantedBytes()).isEqualTo(2 * Donor.SLAB_BYTES);
    assertThat(donor.lastFailure()).isEmpty();
  }

  @Test
  void reportsNothingThatWasNotStarted() {
    assertThat(donor.poll(_ -> {})).isZero();
  }

  @Test
  void givesBackWhatItWasGiven() {
    for (int bytes : new int[] {unit, 3 * unit, 64 << 10, BLOCK_BYTES}) {
      fill(0, bytes, bytes);
      run(write(7L * unit, 0, bytes));
      frames.asSlice(BLOCK_BYTES, BLOCK_BYTES).fill((byte) 0xee);
      run(read(7L * unit, 1, bytes));
      assertFilled(1, bytes, bytes);
    }
  }

  @Test
  void writesAndReadsExactlyItsRange() {
    fill(0, 4 * unit, 1);
    run(write(0, 0, 4 * unit));
    fill(0, unit, 2);
    run(write(unit, 0, unit));
    frames.asSlice(BLOCK_BYTES, 6 * unit).fill((byte) 0xee);
    run(transfer(false, 0, BLOCK_BYTES + unit, 4 * unit));
    assertThat(frames.get(JAVA_BYTE, BLOCK_BYTES + unit - 1)).isEqualTo((byte) 0xee);
    assertThat(frames.get(JAVA_BYTE, BLOCK_BYTES + 5 * unit)).isEqualTo((byte) 0xee);
    assertThat(word(BLOCK_BYTES + unit)).isEqualTo(1);
    assertThat(word(BLOCK_BYTES + 2 * unit)).isEqualTo(2);
    assertThat(word(BLOCK_BYTES + 3 * unit)).isEqualTo(1 + 2 * unit);
  }

  @Test
  void reachesItsFirstAndItsLastBlock() {
    long last = donor.grantedBytes() - BLOCK_BYTES;
    fill(0, BLOCK_BYTES, 1);
    fill(1, BLOCK_BYTES, 2);
    run(write(0, 0, BLOCK_BYTES));
    run(write(last, 1, BLOCK_BYTES));
    run(read(0, 2, BLOCK_BYTES));
    run(read(last, 3, BLOCK_BYTES));
    assertFilled(2, BLOCK_BYTES, 1);
    assertFilled(3, BLOCK_BYTES, 2);
  }

  @Test
  void overwrites() {
    fill(0, unit, 1);
    run(write(0, 0, unit));
    fill(0, unit, 2);
    run(write(0, 0, unit));
    run(read(0, 1, unit));
    assertFilled(1, unit, 2);
  }

  @Test
  void reportsEveryTransferOnceAndOnlyFromPoll() {
    List<Transfer> started = new ArrayList<>();
    List<Transfer> ended = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Transfer transfer = write((long) i * unit, i % FRAMES, unit);
      startAtLast(transfer, ended);
      started.add(transfer);
    }
    for (int i = 0; i < PATIENCE && ended.size() < started.size(); i++) {
      donor.poll(ended::add);
      pause();
    }
    assertThat(ended).containsExactlyInAnyOrderElementsOf(started);
    for (int i = 0; i < 20; i++) {
      assertThat(donor.poll(ended::add)).isZero();
      pause();
    }
  }

  @Test
  void countsWhatItReports() {
    Transfer transfer = write(0, 0, unit);
    assertThat(donor.start(transfer)).isTrue();
    List<Transfer> ended = new ArrayList<>();
    int counted = 0;
    for (int i = 0; i < PATIENCE && ended.isEmpty(); i++) {
      counted += donor.poll(ended::add);
      pause();
    }
    assertThat(counted).isEqualTo(ended.size()).isEqualTo(1);
  }

  @Test
  void takesATransferAnewWhileItIsReported() {
    Transfer transfer = write(0, 0, unit);
    fill(0, unit, 5);
    assertThat(donor.start(transfer)).isTrue();
    int[] reports = {0};
    for (int i = 0; i < PATIENCE && reports[0] < 3; i++) {
      donor.poll(
          ended -> {
            assertThat(ended.outcome()).isEqualTo(Transfer.Outcome.DONE);
            reports[0]++;
            if (reports[0] < 3) {
              ended.ask(reports[0] == 1, false, 0, frames, 0, unit);
              assertThat(donor.start(ended)).isTrue();
            }
          });
      pause();
    }
    assertThat(reports[0]).isEqualTo(3);
  }

  @Test
  void refusesWhatIsNotWithinOneGrantedSlab() {
    assertRefused(read(donor.grantedBytes(), 0, unit));
    assertRefused(read(donor.grantedBytes() - unit, 0, 2 * unit));
    assertRefused(read(-unit, 0, unit));
    assertRefused(read(Donor.SLAB_BYTES - unit, 0, 2 * unit));
    run(read(Donor.SLAB_BYTES - unit, 0, unit));
  }

  private void assertRefused(Transfer transfer) {
    assertThatThrownBy(() -> donor.start(transfer)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Many transfers at once, never two on one range; a map says what every range holds. */
  @Test
  void holdsWhatAModelHolds() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println(getClass().getSimpleName() + ".holdsWhatAModelHolds -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int places = 64;
    Map<Integer, Long> model = new HashMap<>();
    Map<Transfer, Integer> underWay = new HashMap<>();
    Deque<Integer> freeFrames = new ArrayDeque<>();
    for (int i = 0; i < FRAMES; i++) {
      freeFrames.add(i);
    }
    for (int operation = 0; operation < 2000; operation++) {
      int place = random.nextInt(places);
      if (!freeFrames.isEmpty() && !underWay.containsValue(place)) {
        int frame = freeFrames.remove();
        boolean write = random.nextBoolean() || !model.containsKey(place);
        if (write) {
          long value = random.nextLong();
          fill(frame, unit, value);
          model.put(place, value);
        }
        // Spread over both slabs.
        long position = place * (donor.grantedBytes() / places);
        Transfer transfer = transfer(write, position, (long) frame * BLOCK_BYTES, unit);
        underWay.put(transfer, place);
        startAtLast(transfer, underWay, model, freeFrames);
      }
      donor.poll(ended -> check(ended, underWay, model, freeFrames));
    }
    for (int i = 0; i < PATIENCE && !underWay.isEmpty(); i++) {
      donor.poll(ended -> check(ended, underWay, model, freeFrames));
      pause();
    }
    assertThat(underWay).isEmpty();
  }

  private void check(
      Transfer ended,
      Map<Transfer, Integer> underWay,
      Map<Integer, Long> model,
      Deque<Integer> freeFrames) {
    assertThat(ended.outcome()).isEqualTo(Transfer.Outcome.DONE);
    Integer place = underWay.remove(ended);
    assertThat(place).as("was under way").isNotNull();
    int frame = (int) (ended.frameOffset() / BLOCK_BYTES);
    if (!ended.isWrite()) {
      assertFilled(frame, unit, model.get(place));
    }
    freeFrames.add(frame);
  }

  private void startAtLast(
      Transfer transfer,
      Map<Transfer, Integer> underWay,
      Map<Integer, Long> model,
      Deque<Integer> freeFrames) {
    for (int i = 0; i < PATIENCE; i++) {
      if (donor.start(transfer)) {
        return;
      }
      donor.poll(ended -> check(ended, underWay, model, freeFrames));
      pause();
    }
    throw new AssertionError("the queue stays full");
  }

  private void startAtLast(Transfer transfer, List<Transfer> ended) {
    for (int i = 0; i < PATIENCE; i++) {
      if (donor.start(transfer)) {
        return;
      }
      donor.poll(ended::add);
      pause();
    }
    throw new AssertionError("the queue stays full");
  }

  /** Starts a transfer and waits for its good end. */
  private void run(Transfer transfer) {
    assertThat(donor.start(transfer)).isTrue();
    List<Transfer> ended = new ArrayList<>();
    for (int i = 0; i < PATIENCE && ended.isEmpty(); i++) {
      donor.poll(ended::add);
      pause();
    }
    assertThat(ended).containsExactly(transfer);
    assertThat(transfer.outcome()).as(donor.lastFailure()).isEqualTo(Transfer.Outcome.DONE);
  }

  private Transfer write(long position, int frame, int bytes) {
    return transfer(true, position, (long) frame * BLOCK_BYTES, bytes);
  }

  private Transfer read(long position, int frame, int bytes) {
    return transfer(false, position, (long) frame * BLOCK_BYTES, bytes);
  }

  private Transfer transfer(boolean write, long position, long frameOffset, int bytes) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, position, frames, frameOffset, bytes);
    return transfer;
  }

  private void fill(int frame, int bytes, long value) {
    for (long at = 0; at < bytes; at += Long.BYTES) {
      frames.set(JAVA_LONG, (long) frame * BLOCK_BYTES + at, value + at);
    }
  }

  private void assertFilled(int frame, int bytes, long value) {
    for (long at = 0; at < bytes; at += Long.BYTES) {
      long seen = word((long) frame * BLOCK_BYTES + at);
      if (seen != value + at) {
        assertThat(seen).as("word at %d", at).isEqualTo(value + at);
      }
    }
  }

  private long word(long offset) {
    return frames.get(JAVA_LONG, offset);
  }
}
