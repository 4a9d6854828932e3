package io.elasticmemory.tiering.sim;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.contract.DonorContract;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulated donor keeps the contract while it is healthy, and the port's promises when not. */
class SimDonorTest extends DonorContract {
  private static final long MICRO = 1_000;
  private static final long PATIENCE_NANOS = 1_000_000_000;
  private static final int UNIT_BYTES = 64;
  private static final int BLOCK_BYTES = 256;

  private final VirtualClock clock = new VirtualClock();
  private final Agenda agenda = new Agenda();
  private final Tally tally = new Tally();
  private final List<Transfer> ended = new ArrayList<>();

  @Override
  protected Donor openDonor(long grantedBytes) {
    int blockBytes = 2 << 20;
    return donor((int) (grantedBytes / blockBytes), blockBytes, 4096, 1);
  }

  private SimDonor donor(int slots, int blockBytes, int unitBytes, long seed) {
    DonorShape shape = new DonorShape(Tier.SSD, slots, 50 * MICRO, 90 * MICRO, 64, false, false);
    return new SimDonor(
        0,
        shape,
        blockBytes,
        unitBytes,
        PATIENCE_NANOS,
        new TallyingStage(tally),
        clock,
        agenda,
        new Seeded(seed));
  }

  @Override
  protected void pause() {
    pass(1_000 * MICRO);
  }

  private void pass(long nanos) {
    clock.pass(nanos);
    agenda.run(clock.nanoTime());
  }

  /** A quiet stage that counts. */
  private record TallyingStage(Tally tally) implements Stage {
    @Override
    public void before(Call call, long offset, long bytes, int detail) {}

    @Override
    public void between() {}

    @Override
    public void after(Call call, long offset, long bytes, int detail, long result) {}

    @Override
    public long refusal(Call call) {
      return 0;
    }

    @Override
    public void faulted(long offset, int flags) {}

    @Override
    public void seen(Happening happening) {
      tally.add(happening);
    }
  }

  private static MemorySegment frame(long first) {
    long[] words = new long[BLOCK_BYTES / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = first + i;
    }
    return MemorySegment.ofArray(words);
  }

  private static Transfer transfer(boolean write, MemorySegment frame) {
    Transfer transfer = new Transfer();
    transfer.ask(write, false, BLOCK_BYTES, frame, 0, BLOCK_BYTES);
    return transfer;
  }

  private void start(SimDonor donor, Transfer transfer) {
    assertThat(donor.start(transfer)).isTrue();
    donor.poll(ended::add);
  }

  private void waitFor(SimDonor donor) {
    for (int i = 0; i < 1_000 && ended.isEmpty(); i++) {
      pause();
      donor.poll(ended::add);
    }
    assertThat(ended).hasSize(1);
  }

  @Test
  void takesTheBytesOfAWriteWhileItIsUnderWayAndNotBefore() {
    SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, 5);
    MemorySegment frame = frame(100);
    start(donor, transfer(true, frame));
    frame.fill((byte) 0);
    waitFor(donor);
    MemorySegment target = frame(500);
    ended.clear();
    start(donor, transfer(false, target));
    waitFor(donor);
    assertThat(target.get(JAVA_LONG, 0)).isZero();
  }

  @Test
  void acknowledgesOnlyWhatHasEndedWell() {
    SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, 5);
    start(donor, transfer(true, frame(100)));
    assertThat(donor.isAcknowledged(BLOCK_BYTES, BLOCK_BYTES)).isFalse();
    assertThat(donor.isAcknowledged(0, BLOCK_BYTES)).isTrue();
    waitFor(donor);
    assertThat(donor.isAcknowledged(BLOCK_BYTES, BLOCK_BYTES)).isTrue();
  }

  @Test
  void reportsAWriteOfACutLinkOnlyWhenTheLinkIsBack() {
    SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, 5);
    start(donor, transfer(true, frame(100)));
    donor.suffer(Trouble.CUT, clock.nanoTime() + 20_000 * MICRO);
    for (int i = 0; i < 18; i++) {
      pause();
      assertThat(donor.poll(ended::add)).isZero();
    }
    waitFor(donor);
    assertThat(ended.getFirst().outcome()).isEqualTo(Outcome.UNREACHABLE);
    assertThat(donor.isAcknowledged(BLOCK_BYTES, BLOCK_BYTES)).isFalse();
    assertThat(donor.lastFailure()).isNotEmpty();
  }

  @Test
  void holdsItsAnswersAndLosesNothingWhileItsLinkIsClogged() {
    SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, 5);
    byte[] before = donor.medium().clone();
    donor.suffer(Trouble.CLOGGED, clock.nanoTime() + 20_000 * MICRO);
    start(donor, transfer(true, frame(100)));
    for (int i = 0; i < 18; i++) {
      pause();
      assertThat(donor.poll(ended::add)).isZero();
    }
    assertThat(donor.medium()).as("it lands").isNotEqualTo(before);
    waitFor(donor);
    assertThat(ended.getFirst().outcome()).isEqualTo(Outcome.DONE);
    MemorySegment target = frame(0);
    ended.clear();
    donor.suffer(Trouble.CLOGGED, clock.nanoTime() + 20_000 * MICRO);
    start(donor, transfer(false, target));
    pause();
    assertThat(donor.poll(ended::add)).isZero();
    waitFor(donor);
    assertThat(target.mismatch(frame(100))).isEqualTo(-1);
  }

  @Test
  void changesNothingOnceAWriteWasReported() {
    for (long seed = 1; seed <= 200; seed++) {
      SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, seed);
      donor.suffer(Trouble.FAILING, clock.nanoTime() + 1_000 * MICRO);
      ended.clear();
      start(donor, transfer(true, frame(100)));
      waitFor(donor);
      byte[] medium = donor.medium().clone();
      pass(PATIENCE_NANOS);
      donor.poll(ended::add);
      assertThat(donor.medium()).isEqualTo(medium);
    }
    assertThat(tally.count(Happening.WRITE_FAILED)).isPositive();
  }

  @Test
  void liesOnlyInItsAnswersAndNotOnItsMedium() {
    SimDonor donor = donor(4, BLOCK_BYTES, UNIT_BYTES, 3);
    start(donor, transfer(true, frame(100)));
    waitFor(donor);
    donor.suffer(Trouble.LYING, Long.MAX_VALUE);
    int wrong = 0;
    for (int i = 0; i < 50; i++) {
      MemorySegment target = frame(0);
      ended.clear();
      start(donor, transfer(false, target));
      waitFor(donor);
      wrong += target.mismatch(frame(100)) >= 0 ? 1 : 0;
    }
    assertThat(wrong).isBetween(5, 45);
    donor.suffer(Trouble.LYING, 0);
    MemorySegment target = frame(0);
    ended.clear();
    start(donor, transfer(false, target));
    waitFor(donor);
    assertThat(target.mismatch(frame(100))).isEqualTo(-1);
  }
}
