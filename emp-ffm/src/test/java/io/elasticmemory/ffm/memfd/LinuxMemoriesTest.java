package io.elasticmemory.ffm.memfd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxMemoriesTest {
  private static final long HUGE = Memories.HUGE_PAGE_BYTES;
  private final LinuxMemories memories = new LinuxMemories();

  @TempDir private Path directory;

  @Test
  void sharesMemoryThroughItsDescriptor() {
    try (SharedMemory mine = memories.createShared("test", 8192, false);
        SharedMemory theirs = memories.adoptShared(copyOf(mine.handle()), 8192)) {
      assertThat(theirs.segment().byteSize()).isEqualTo(8192);
      assertThat(theirs.segment().get(JAVA_LONG, 0)).isZero();
      mine.segment().set(JAVA_LONG, 8184, 42);
      assertThat(theirs.segment().get(JAVA_LONG, 8184)).isEqualTo(42);
    }
  }

  @Test
  void takesReservedMemoryAtOnceAndOtherMemoryWhenItIsTouched() {
    try (SharedMemory lazy = memories.createShared("lazy", 1 << 20, false);
        SharedMemory reserved = memories.createShared("reserved", 1 << 20, true)) {
      assertThat(FileStatus.of(Descriptor.of(lazy.handle())).allocatedBytes()).isZero();
      assertThat(FileStatus.of(Descriptor.of(reserved.handle())).allocatedBytes())
          .isEqualTo(1 << 20);
      assertThat(reserved.segment().get(JAVA_LONG, 0)).isZero();
    }
  }

  @Test
  void keepsSecretsOutOfSwapAndCoreDumps() throws IOException {
    try (SharedMemory memory = memories.createShared("test-secret", 4 * 4096, true)) {
      memories.keepSecret(memory.segment().asSlice(0, 4096));
      List<String> flags = flagsOfMappings("test-secret");
      // "lo" is locked, "dd" is not to be dumped.
      assertThat(flags).hasSize(2);
      assertThat(flags.get(0)).contains(" lo", " dd");
      assertThat(flags.get(1)).doesNotContain(" lo").doesNotContain(" dd");
    }
  }

  private static List<String> flagsOfMappings(String name) throws IOException {
    List<String> flags = new ArrayList<>();
    boolean isOwn = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        isOwn = line.contains(name);
      } else if (isOwn && line.startsWith("VmFlags:")) {
        flags.add(line);
      }
    }
    return flags;
  }

  @Test
  void findsWhatHasBeenWrittenOfSharedMemory() {
    try (SharedMemory memory = memories.createShared("test", 1 << 20, false)) {
      assertThat(memory.nextData(0, 1 << 20)).isEqualTo(1 << 20);
      memory.segment().set(JAVA_LONG, 3 * 4096 + 8, 42);
      assertThat(memory.nextData(0, 1 << 20)).isEqualTo(3 * 4096);
      assertThat(memory.nextData(3 * 4096 + 100, 1 << 20)).isEqualTo(3 * 4096 + 100);
      assertThat(memory.nextData(0, 2 * 4096)).isEqualTo(2 * 4096);
      assertThat(memory.nextData(4 * 4096, 1 << 20)).isEqualTo(1 << 20);
    }
  }

  @Test
  void nobodyCanResizeSharedMemory() {
    try (SharedMemory memory = memories.createShared("test", 4096, false)) {
      int fd = memory.handle().descriptor();
      assertThat(FileCalls.ftruncate(fd, 0)).isEqualTo(-Errno.EPERM);
      assertThat(FileCalls.ftruncate(fd, 8192)).isEqualTo(-Errno.EPERM);
    }
  }

  @Test
  void takesAdviceAboutHugePagesAndKeepsWhatIsThere() {
    MemorySegment memory = memories.reservePrivate(4 << 20);
    memory.set(JAVA_LONG, 8, 42);
    memories.preferHugePages(memory);
    memory.set(JAVA_LONG, 3 << 20, 43);
    assertThat(memory.get(JAVA_LONG, 8)).isEqualTo(42);
    assertThat(memory.get(JAVA_LONG, 3 << 20)).isEqualTo(43);
  }

  @Test
  void givesPrivateMemoryItsPagesAheadAndLeavesWhatIsThere() {
    MemorySegment memory = memories.reservePrivate(4 * HUGE);
    memory.set(JAVA_LONG, HUGE + 8, 7);
    MemorySegment range = memory.asSlice(HUGE, 2 * HUGE);
    assertThat(Residents.all(range.address(), range.byteSize())).isFalse();

    memories.populatePrivate(range);

    assertThat(Residents.all(range.address(), range.byteSize())).isTrue();
    assertThat(Residents.all(memory.address(), HUGE)).isFalse();
    assertThat(range.get(JAVA_LONG, 8)).isEqualTo(7);
    assertThat(range.get(JAVA_LONG, HUGE)).isZero();
  }

  @Test
  void putsSharedMemoryThatIsInUseIntoHugePages() throws IOException {
    try (SharedMemory memory = memories.createShared("test-collapse", 3 * HUGE + 8, false)) {
      assertThat(memory.segment().address() % HUGE).isZero();
      fillAllButAPage(memory.segment());
      collapseAll(memory.segment());
      assertThat(hugeKib(memory.segment(), "ShmemPmdMapped:")).isEqualTo(HUGE >> 10);
      assertThat(memory.residentBytes()).isEqualTo(2 * HUGE - 4096);
      assertHoldsWhatWasFilled(memory.segment());
    }
  }

  @Test
  void putsPrivateMemoryThatIsInUseIntoHugePages() throws IOException {
    MemorySegment memory = memories.reservePrivate(4 * HUGE);
    MemorySegment whole = memory.asSlice(-memory.address() & HUGE - 1, 3 * HUGE);
    fillAllButAPage(whole);
    collapseAll(whole);
    assertThat(hugeKib(whole, "AnonHugePages:")).isEqualTo(HUGE >> 10);
    assertHoldsWhatWasFilled(whole);
  }

  /** A whole piece, one of which a page is missing, and one that nobody touches. */
  private static void fillAllButAPage(MemorySegment memory) {
    for (long at = 0; at < 2 * HUGE - 4096; at += 8) {
      memory.set(JAVA_LONG, at, at + 1);
    }
  }

  private static void assertHoldsWhatWasFilled(MemorySegment memory) {
    for (long at = 0; at < 2 * HUGE - 4096; at += 8) {
      assertThat(memory.get(JAVA_LONG, at)).isEqualTo(at + 1);
    }
  }

  private void collapseAll(MemorySegment memory) {
    for (int piece = 0; piece < 3; piece++) {
      // The system may be out of such pages for a moment.
      for (int i = 0; i < 20; i++) {
        boolean isInUse = memories.collapse(memory.asSlice(piece * HUGE, HUGE));
        assertThat(isInUse).as("piece %d", piece).isEqualTo(piece == 0);
      }
    }
  }

  /** What of it is in huge pages, by the kernel's word: mappings are split by advice. */
  private static long hugeKib(MemorySegment memory, String kind) throws IOException {
    long kib = 0;
    boolean isIn = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        long begin = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        isIn = begin >= memory.address() && begin < memory.address() + memory.byteSize();
      } else if (isIn && line.startsWith(kind)) {
        kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return kib;
  }

  @Test
  void keepsWhatIsInSharedMemoryThatItUnmaps() {
    try (SharedMemory memory = memories.createShared("test", 8192, false)) {
      memory.segment().set(JAVA_LONG, 4096, 42);
      memories.unmapShared(memory.segment());
      assertThat(FileStatus.of(Descriptor.of(memory.handle())).allocatedBytes()).isEqualTo(4096);
      assertThat(memory.segment().get(JAVA_LONG, 4096)).isEqualTo(42);
      assertThatThrownBy(() -> memories.unmapShared(MemorySegment.ofArray(new byte[4096])))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesToAdoptMemoryOfAnotherSize() {
    try (SharedMemory memory = memories.createShared("test", 4096, false)) {
      Handle copy = copyOf(memory.handle());
      assertThatThrownBy(() -> memories.adoptShared(copy, 8192))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("4096")
          .hasMessageContaining("8192");
      assertThat(Descriptor.of(copy).isClosed()).isTrue();
    }
  }

  @Test
  void sharedMemoryCannotBeUsedOnceClosed() {
    SharedMemory memory = memories.createShared("test", 4096, false);
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThatThrownBy(() -> segment.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.handle().descriptor())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void refusesSizesThatAreNone() {
    assertThatThrownBy(() -> memories.createShared("test", 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memories.reservePrivate(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesMoreMemoryThanThereIsAddress() {
    assertThatThrownBy(() -> memories.reservePrivate(1L << 50))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("ENOMEM");
    assertThatThrownBy(() -> memories.createSpace(1L << 50)).isInstanceOf(EmpException.class);
  }

  @Test
  void privateMemoryIsZeroAndCostsNothingUntilItIsTouched() {
    MemorySegment memory = memories.reservePrivate(64L << 30);
    assertThat(memory.get(JAVA_LONG, 32L << 30)).isZero();
    memory.set(JAVA_LONG, (64L << 30) - 8, 7);
    assertThat(memory.get(JAVA_LONG, (64L << 30) - 8)).isEqualTo(7);
  }

  @Test
  void clearedPrivateMemoryIsZeroAgain() {
    MemorySegment memory = memories.reservePrivate(4 * 4096);
    memory.fill((byte) 1);
    memories.clearPrivate(memory.asSlice(4096, 2 * 4096));
    assertThat(memory.get(JAVA_BYTE, 4095)).isEqualTo((byte) 1);
    assertThat(memory.get(JAVA_BYTE, 4096)).isZero();
    assertThat(memory.get(JAVA_BYTE, 3 * 4096 - 1)).isZero();
    assertThat(memory.get(JAVA_BYTE, 3 * 4096)).isEqualTo((byte) 1);
  }

  @Test
  void takesAdviceAboutAMappedFile() throws IOException {
    Path file = Files.write(directory.resolve("mapped"), new byte[3 * 4096]);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, 3 * 4096, arena);
      memories.expectRandomReads(mapped);
      // "rr" in the kernel's list of mappings: VM_RAND_READ.
      assertThat(flagsOf(file)).contains(" rr");
    }
  }

  private static String flagsOf(Path file) throws IOException {
    String maps = Files.readString(Path.of("/proc/self/smaps"));
    int entry = maps.indexOf(file.toString());
    int flags = maps.indexOf("VmFlags:", entry);
    return maps.substring(flags, maps.indexOf('\n', flags));
  }

  @Test
  void knowsWhatThisMachineHas() {
    MemoryLimits limits = memories.limits();
    assertThat(limits.machineBytes()).isGreaterThan(1L << 28);
    assertThat(limits.availableBytes()).isBetween(1L, limits.machineBytes());
    assertThat(limits.cgroupLimitBytes()).isPositive();
    assertThat(limits.cgroupUsedBytes()).isNotNegative();
  }

  private static Handle copyOf(Handle handle) {
    return Descriptor.of(handle).duplicate();
  }
}
