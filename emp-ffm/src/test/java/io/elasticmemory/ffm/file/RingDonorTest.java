package io.elasticmemory.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.contract.DonorContract;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingDonorTest extends DonorContract {
  private static final int PAGE_BYTES = 4096;
  private static final long SECOND = 1_000_000_000;

  private static final Poller POLLER = new EpollPoller();
  @TempDir private Path directory;
  private int opened;

  @Override
  protected Donor openDonor(long grantedBytes) {
    Donor donor = open(new LinuxFiles(), grantedBytes);
    assertThat(donor).as("the kernel allows io_uring").isInstanceOf(RingDonor.class);
    return donor;
  }

  private Donor open(LinuxFiles files) {
    return open(files, Donor.SLAB_BYTES);
  }

  private Donor open(LinuxFiles files, long grantedBytes) {
    Path path = directory.resolve("spill" + opened++);
    return files.adoptDonor(
        files.createSpillFile(path, grantedBytes, true),
        path.toString(),
        0,
        grantedBytes,
        POLLER,
        notice -> {
          throw new AssertionError(notice);
        });
  }

  @Override
  protected void pause() {
    POLLER.await(1_000_000);
  }

  @AfterAll
  static void closePoller() {
    POLLER.close();
  }

  @Test
  void hasManyTransfersUnderWayAndRefusesMore() {
    try (Donor donor = openDonor(Donor.SLAB_BYTES)) {
      List<Transfer> started = new ArrayList<>();
      Transfer transfer = read(0);
      while (donor.start(transfer)) {
        started.add(transfer);
        transfer = read(started.size());
      }
      assertThat(started).hasSize(RingDonor.UNDER_WAY_MAX);
      frames.asSlice(0, (long) RingDonor.UNDER_WAY_MAX * PAGE_BYTES).fill((byte) 0xee);
      List<Transfer> ended = new ArrayList<>();
      for (int i = 0; i < 10_000 && ended.size() < started.size(); i++) {
        donor.poll(ended::add);
        pause();
      }
      assertThat(ended).containsExactlyInAnyOrderElementsOf(started);
      assertThat(ended).allMatch(each -> each.outcome() == Transfer.Outcome.DONE);
      for (Transfer each : ended) {
        assertThat(frames.get(JAVA_BYTE, each.frameOffset())).isZero();
      }
      assertThat(donor.start(transfer)).isTrue();
    }
  }

  @Test
  void takesTheRingsThatWerePrepared() throws IOException {
    LinuxFiles files = new LinuxFiles();
    long before = openRings();
    files.prepareDonors(2);
    assertThat(openRings()).isEqualTo(before + 2);

    try (Donor first = open(files);
        Donor second = open(files)) {
      assertThat(openRings()).isEqualTo(before + 2);
      try (Donor third = open(files)) {
        assertThat(openRings()).isEqualTo(before + 3);
        assertThat(List.of(first, second, third)).allMatch(donor -> donor.start(read(0)));
      }
    }
    assertThat(openRings()).isEqualTo(before);
  }

  /** Each of them needs one. */
  private static long openRings() throws IOException {
    long rings = 0;
    try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : open) {
        // That of the listing itself is gone by then.
        boolean isRing =
            Files.isSymbolicLink(each)
                && Files.readSymbolicLink(each).toString().contains("[io_uring]");
        rings += isRing ? 1 : 0;
      }
    }
    return rings;
  }

  @Test
  void wakesItsPollerWhenATransferHasEnded() {
    try (Donor donor = openDonor(Donor.SLAB_BYTES)) {
      donor.start(read(0));
      int ended = donor.poll(_ -> {});
      long start = System.nanoTime();
      while (ended == 0) {
        assertThat(POLLER.await(30 * SECOND)).isPositive();
        ended = donor.poll(_ -> {});
      }
      assertThat(System.nanoTime() - start).isLessThan(30 * SECOND);
    }
  }

  @Test
  void endsWhatIsUnderWayWhenItIsClosed() {
    Donor donor = openDonor(Donor.SLAB_BYTES);
    for (int i = 0; i < 64; i++) {
      donor.start(read(i));
    }
    donor.poll(_ -> {});
    donor.close();
    assertThat(POLLER.await(0)).isZero();
  }

  @Test
  void keepsPlacesForUrgentTransfers() {
    try (Donor donor = openDonor(Donor.SLAB_BYTES)) {
      for (int i = 0; i < RingDonor.UNDER_WAY_MAX - RingDonor.URGENT_ONLY; i++) {
        assertThat(donor.start(read(i, false))).isTrue();
      }
      assertThat(donor.start(read(0, false))).isFalse();
      for (int i = 0; i < RingDonor.URGENT_ONLY; i++) {
        assertThat(donor.start(read(i, true))).isTrue();
      }
      assertThat(donor.start(read(0, true))).isFalse();
    }
  }

  /** A pipe gives its bytes in the order in which they are asked for. */
  @Test
  void submitsUrgentTransfersFirst() throws Exception {
    Descriptor pipe = openPipe();
    MemorySegment two = frames.asSlice(4 * PAGE_BYTES, 2 * PAGE_BYTES);
    two.asSlice(0, PAGE_BYTES).fill((byte) 1);
    two.asSlice(PAGE_BYTES, PAGE_BYTES).fill((byte) 2);
    assertThat(FileCalls.write(pipe.descriptor(), two.address(), 2 * PAGE_BYTES))
        .isEqualTo(2 * PAGE_BYTES);
    try (Donor donor = donorOn(pipe)) {
      donor.start(read(0, false));
      donor.start(read(1, true));
      awaitEnds(donor, 2);
    }
    assertThat(frames.get(JAVA_BYTE, 0)).isEqualTo((byte) 2);
    assertThat(frames.get(JAVA_BYTE, PAGE_BYTES)).isEqualTo((byte) 1);
  }

  @Test
  void goesOnAfterPartsOfATransfer() throws Exception {
    Descriptor pipe = openPipe();
    Transfer transfer = read(0, true);
    try (Donor donor = donorOn(pipe)) {
      donor.start(transfer);
      for (int part = 0; part < 4; part++) {
        assertThat(donor.poll(_ -> {})).isZero();
        MemorySegment quarter = frames.asSlice(8 * PAGE_BYTES, PAGE_BYTES / 4);
        quarter.fill((byte) (part + 1));
        assertThat(FileCalls.write(pipe.descriptor(), quarter.address(), PAGE_BYTES / 4))
            .isEqualTo(PAGE_BYTES / 4);
      }
      awaitEnds(donor, 1);
    }
    assertThat(transfer.outcome()).isEqualTo(Transfer.Outcome.DONE);
    for (int part = 0; part < 4; part++) {
      assertThat(frames.get(JAVA_BYTE, part * PAGE_BYTES / 4)).isEqualTo((byte) (part + 1));
    }
  }

  /** What a kernel short of memory would say, said in its place. */
  @Test
  void givesATransferUpThatIsPutOffAgainAndAgain() throws Exception {
    List<Transfer> ended = new ArrayList<>();
    Transfer transfer = read(0, true);
    try (RingDonor donor = donorOn(openPipe())) {
      donor.start(transfer);
      for (int i = 0; i < RingDonor.PUT_OFFS_MAX; i++) {
        assertThat(ended).isEmpty();
        donor.poll(ended::add);
        donor.ended(RingDonor.UNDER_WAY_MAX - 1, i % 2 == 0 ? -Errno.EAGAIN : -Errno.EINTR);
      }
      assertThat(ended).containsExactly(transfer);
      assertThat(transfer.outcome()).isEqualTo(Transfer.Outcome.FAILED);
      assertThat(donor.lastFailure()).startsWith("read: EINTR");
    }
  }

  /** Nothing is ever written to the pipe. */
  @Test
  void waitsNeitherInAPollNorAtTheEndForADiskThatHangs() throws Exception {
    Descriptor pipe = openPipe();
    Donor donor = donorOn(pipe);
    long start = System.nanoTime();
    donor.start(read(0, true));
    assertThat(donor.poll(_ -> {})).isZero();
    assertThat(donor.poll(_ -> {})).isZero();
    assertThat(System.nanoTime() - start).isLessThan(10 * SECOND);
    donor.close();
    donor.close();
    assertThat(System.nanoTime() - start).isLessThan(30 * SECOND);
    assertThat(pipe.isClosed()).isTrue();
  }

  /** What a pipe holds already ends while it is submitted. */
  @Test
  void reportsAFewAtATimeAndCallsForTheRest() throws Exception {
    int count = 2 * RingDonor.REPORTS_PER_POLL_MAX;
    int bytes = PAGE_BYTES / 2;
    Descriptor pipe = openPipe();
    assertThat(FileCalls.write(pipe.descriptor(), frames.address(), (long) count * bytes))
        .isEqualTo((long) count * bytes);
    try (Donor donor = donorOn(pipe)) {
      for (int i = 0; i < count; i++) {
        Transfer transfer = new Transfer();
        transfer.ask(false, true, (long) i * PAGE_BYTES, frames, (long) i * PAGE_BYTES, bytes);
        donor.start(transfer);
      }
      int ended = 0;
      for (int i = 0; i < 10_000 && ended < count; i++) {
        int reported = donor.poll(_ -> {});
        assertThat(reported).isLessThanOrEqualTo(RingDonor.REPORTS_PER_POLL_MAX);
        ended += reported;
        assertThat(ended == count || POLLER.await(30 * SECOND) > 0).as("calls").isTrue();
      }
      assertThat(ended).isEqualTo(count);
    }
  }

  private Descriptor openPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    int flags = LinuxConstants.O_RDWR | LinuxConstants.O_CLOEXEC;
    return new Descriptor((int) FileCalls.open(pipe.toString(), flags, 0), "pipe");
  }

  private static RingDonor donorOn(Descriptor file) {
    DiskRing ring = DiskRing.open(RingDonor.UNDER_WAY_MAX);
    return new RingDonor(file, "pipe", 0, Donor.SLAB_BYTES, Fence.none(file), ring, POLLER);
  }

  private void awaitEnds(Donor donor, int count) {
    int ended = 0;
    for (int i = 0; i < 10_000 && ended < count; i++) {
      ended += donor.poll(_ -> {});
      pause();
    }
    assertThat(ended).isEqualTo(count);
  }

  private Transfer read(int page) {
    return read(page, true);
  }

  private Transfer read(int page, boolean urgent) {
    Transfer transfer = new Transfer();
    long at = (long) page * PAGE_BYTES;
    transfer.ask(false, urgent, at, frames, at, PAGE_BYTES);
    return transfer;
  }
}
