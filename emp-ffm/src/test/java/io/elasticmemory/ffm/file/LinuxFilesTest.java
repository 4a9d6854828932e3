package io.elasticmemory.ffm.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesTest {
  private static final long MIB = 1L << 20;

  private final LinuxFiles files = new LinuxFiles();
  private final Poller poller = new EpollPoller();
  @TempDir private Path directory;

  @AfterEach
  void closePoller() {
    poller.close();
  }

  @Test
  void aSpillFileHasNoNameAndAllItsSpace() {
    Path path = directory.resolve("spill");
    try (Handle spill = files.createSpillFile(path, 8 * MIB, true)) {
      FileStatus status = FileStatus.of(Descriptor.of(spill));
      assertThat(path).doesNotExist();
      assertThat(directory).isEmptyDirectory();
      assertThat(status.sizeBytes()).isEqualTo(8 * MIB);
      assertThat(status.allocatedBytes()).isGreaterThanOrEqualTo(8 * MIB);
      assertThat(status.mode() & 0777).isEqualTo(0600);
    }
  }

  @Test
  void aLazySpillFileTakesItsSpaceWhenItIsWritten() {
    try (Handle spill = files.createSpillFile(directory.resolve("spill"), 1L << 40, false)) {
      FileStatus status = FileStatus.of(Descriptor.of(spill));
      assertThat(status.sizeBytes()).isEqualTo(1L << 40);
      assertThat(status.allocatedBytes()).isLessThan(MIB);
    }
  }

  @Test
  void aSpillFileIsOpenForDirectTransfersOnly() {
    try (Handle spill = files.createSpillFile(directory.resolve("spill"), MIB, true)) {
      long flags = FileCalls.fcntl(spill.descriptor(), LinuxConstants.F_GETFL, 0);
      assertThat(flags & LinuxConstants.O_DIRECT).isNotZero();
      assertThat(FileCalls.fcntl(spill.descriptor(), LinuxConstants.F_GETFD, 0))
          .isEqualTo(LinuxConstants.FD_CLOEXEC);
    }
  }

  @Test
  void overwritesNothing() throws Exception {
    Path path = Files.writeString(directory.resolve("precious"), "data");
    assertDonorFailure(() -> files.createSpillFile(path, MIB, true))
        .hasMessageContaining("precious")
        .hasMessageContaining("EEXIST")
        .hasMessageContaining("overwrites nothing");
    assertThat(path).hasContent("data");
  }

  @Test
  void followsNoLink() throws Exception {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.resolve("target"));
    assertDonorFailure(() -> files.createSpillFile(link, MIB, true)).hasMessageContaining("EEXIST");
    assertThat(directory.resolve("target")).doesNotExist();
  }

  @Test
  void namesAMissingDirectory() {
    assertDonorFailure(() -> files.createSpillFile(directory.resolve("no/spill"), MIB, true))
        .hasMessageContaining("no/spill")
        .hasMessageContaining("create its directory first");
  }

  @Test
  void namesAFileSystemThatIsReadOnlyOrWithoutDirectTransfers() {
    assertDonorFailure(() -> files.createSpillFile(Path.of("/proc/spill"), MIB, true))
        .hasMessageContaining("cannot create spill file /proc/spill");
  }

  @Test
  void saysHowMuchIsFreeWhereTheSpaceDoesNotSuffice() {
    Path path = directory.resolve("spill");
    long tooMuch = (directory.toFile().getUsableSpace() / MIB + 1024 * 1024) * MIB;
    assertDonorFailure(() -> files.createSpillFile(path, tooMuch, true))
        .hasMessageContaining("cannot reserve")
        .hasMessageContaining("MiB are free")
        .hasMessageContaining("?reserve=lazy");
    assertThat(path).doesNotExist();
  }

  @Test
  void refusesSizesThatAreNoPages() {
    for (long bytes : new long[] {0, -4096, 4095}) {
      assertThatThrownBy(() -> files.createSpillFile(directory.resolve("spill"), bytes, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(bytes));
    }
  }

  @Test
  void refusesABlockDeviceThatIsNone() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "data");
    assertDonorFailure(() -> files.openBlockDevice(file, 0, MIB))
        .hasMessageContaining("is no block device");
    assertDonorFailure(() -> files.openBlockDevice(Path.of("/dev/null"), 0, MIB))
        .hasMessageContaining("/dev/null");
    assertDonorFailure(() -> files.openBlockDevice(Path.of("/dev/no-such"), 0, MIB))
        .hasMessageContaining("ENOENT")
        .hasMessageContaining("lsblk");
  }

  @Test
  void usesPartOfABlockDevice() throws Exception {
    try (LoopDevice loop = LoopDevice.open(directory.resolve("image"), 256 * MIB)) {
      Handle device = files.openBlockDevice(loop.path(), 64 * MIB, 128 * MIB);
      try (Donor donor = files.adoptDonor(device, "loop", 64 * MIB, 128 * MIB, poller, _ -> {});
          Arena arena = Arena.ofConfined()) {
        MemorySegment frame = arena.allocate(4096, 4096).fill((byte) 7);
        Transfer transfer = new Transfer();
        transfer.ask(true, false, 4096, frame, 0, 4096);
        transfer(donor, transfer);
        assertThat(transfer.outcome()).isEqualTo(Transfer.Outcome.DONE);
        assertThat(loop.byteAt(64 * MIB + 4096)).isEqualTo((byte) 7);
        assertThat(loop.byteAt(64 * MIB)).isZero();
      }
    }
  }

  @Test
  void aDeviceThatWasUsedBeforeIsFencedOnceNothingIsUnderWayThere() throws Exception {
    List<String> notices = new CopyOnWriteArrayList<>();
    try (LoopDevice loop = LoopDevice.open(directory.resolve("image"), 256 * MIB)) {
      Handle device = files.openBlockDevice(loop.path(), 0, 128 * MIB);
      try (Donor donor =
          files.adoptDonor(device, "loop", 0, 128 * MIB, true, poller, notices::add)) {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(donor::isFenced);
        assertThat(notices).isEmpty();
      }
    }
  }

  @Test
  void saysHowLargeABlockDeviceIsThatIsTooSmall() throws Exception {
    try (LoopDevice loop = LoopDevice.open(directory.resolve("image"), 16 * MIB)) {
      assertDonorFailure(() -> files.openBlockDevice(loop.path(), 8 * MIB, 16 * MIB))
          .hasMessageContaining("has 16 MiB, too small for 16 MiB at 8 MiB");
    }
  }

  @Test
  void takesTheWayThatTheSettingAsksFor() {
    assertThat(donorBy("pread")).isEqualTo(FileDonor.class);
    assertThat(donorBy("ring")).isEqualTo(RingDonor.class);
  }

  private Class<?> donorBy(String way) {
    Handle spill = files.createSpillFile(directory.resolve(way), MIB, false);
    System.setProperty("emp.pager.disk", way);
    try (Donor donor = files.adoptDonor(spill, way, 0, MIB, poller, _ -> {})) {
      return donor.getClass();
    } finally {
      System.clearProperty("emp.pager.disk");
    }
  }

  @Test
  void refusesAHandleThatIsNotWhatWasAnnounced() {
    Handle spill = files.createSpillFile(directory.resolve("spill"), MIB, false);
    assertThatThrownBy(() -> files.adoptDonor(spill, "spill", 0, 2 * MIB, poller, _ -> {}))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("does not hold");
    assertThat(Descriptor.of(spill).isClosed()).isTrue();
    Descriptor nothing =
        new Descriptor((int) FileCalls.open("/dev/null", LinuxConstants.O_RDWR, 0), "null");
    assertThatThrownBy(() -> files.adoptDonor(nothing, "null", 0, MIB, poller, _ -> {}))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("neither a file nor a block device");
  }

  @Test
  void refusesAHandleThatGoesThroughThePageCache() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[8192]);
    Descriptor cached =
        new Descriptor((int) FileCalls.open(file.toString(), LinuxConstants.O_RDWR, 0), "file");
    assertThatThrownBy(() -> files.adoptDonor(cached, "file", 0, 8192, poller, _ -> {}))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("not open for direct");
    assertThat(cached.isClosed()).isTrue();
  }

  @Test
  void aWriteThatFindsNoSpaceIsReportedAsSuch() throws Exception {
    try (SmallFileSystem small = SmallFileSystem.mount(directory.resolve("small"), 8 * MIB)) {
      Path path = small.path().resolve("spill");
      assertDonorFailure(() -> files.createSpillFile(path, 64 * MIB, true))
          .hasMessageContaining("(8 MiB are free)")
          .hasMessageContaining("ENOSPC");
      Handle lazy = files.createSpillFile(path, 64 * MIB, false);
      try (Donor donor = files.adoptDonor(lazy, "spill", 0, 64 * MIB, poller, _ -> {});
          Arena arena = Arena.ofConfined()) {
        MemorySegment frame = arena.allocate(MIB, 4096);
        assertThat(writeUntilItFails(donor, frame)).isEqualTo(Transfer.Outcome.NO_SPACE);
        assertThat(donor.lastFailure()).contains("write").contains("ENOSPC");
      }
    }
  }

  private static Transfer.Outcome writeUntilItFails(Donor donor, MemorySegment frame) {
    Transfer transfer = new Transfer();
    for (long position = 0; position < 64 * MIB; position += MIB) {
      transfer.ask(true, false, position, frame, 0, (int) MIB);
      transfer(donor, transfer);
      if (transfer.outcome() != Transfer.Outcome.DONE) {
        break;
      }
    }
    return transfer.outcome();
  }

  private static void transfer(Donor donor, Transfer transfer) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    donor.start(transfer);
    while (donor.poll(_ -> {}) == 0) {
      assertThat(System.nanoTime()).as("the transfer has ended").isLessThan(end);
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertDonorFailure(
      ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.DONOR));
  }

  /** A file shown as a block device; the test is skipped where that needs rights we lack. */
  private record LoopDevice(Path path, Path image) implements AutoCloseable {
    static LoopDevice open(Path image, long bytes) throws Exception {
      try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(bytes);
      }
      String path = output("losetup", "--find", "--show", image.toString());
      assumeTrue(path.startsWith("/dev/loop"), "needs a loop device: " + path);
      return new LoopDevice(Path.of(path), image);
    }

    byte byteAt(long offset) throws Exception {
      output("sync", "-f", image.toString());
      try (var file = new java.io.RandomAccessFile(image.toFile(), "r")) {
        file.seek(offset);
        return file.readByte();
      }
    }

    @Override
    public void close() throws Exception {
      output("losetup", "--detach", path.toString());
    }
  }

  /** A file system that is soon full; the test is skipped where mounting needs rights we lack. */
  private record SmallFileSystem(Path path) implements AutoCloseable {
    static SmallFileSystem mount(Path path, long bytes) throws Exception {
      Files.createDirectory(path);
      String error = output("mount", "-t", "tmpfs", "-o", "size=" + bytes, "none", path.toString());
      assumeTrue(error.isEmpty(), "needs the right to mount: " + error);
      return new SmallFileSystem(path);
    }

    @Override
    public void close() throws Exception {
      output("umount", path.toString());
    }
  }

  private static String output(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return output;
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
