package io.elasticmemory.ffm.memfd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.OpenDescriptors;
import io.elasticmemory.port.FaultBatch;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.SpaceMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxSpaceMemoryTest {
  private static final long MIB = 1L << 20;
  private static final long PAGE_BYTES = 4096;

  private final LinuxMemories memories = new LinuxMemories();

  @Test
  void isAlignedAndAsLargeAsAsked() {
    for (long bytes : new long[] {2 * MIB, 6 * MIB, 1024 * MIB}) {
      try (SpaceMemory space = memories.createSpace(bytes)) {
        assertThat(space.base() % (2 * MIB)).isZero();
        assertThat(space.capacityBytes()).isEqualTo(bytes);
        assertThat(space.residentBytes()).isZero();
      }
    }
  }

  @Test
  void aHugeSpaceCostsNothing() {
    try (SpaceMemory space = memories.createSpace(8L << 40)) {
      assertThat(space.isPresent(space.capacityBytes() - 1, 1)).isFalse();
      assertThat(space.residentBytes()).isZero();
    }
  }

  @Test
  void refusesACapacityThatIsNoMultipleOf2MiB() {
    for (long bytes : new long[] {0, -2 * MIB, MIB, 2 * MIB + 4096}) {
      assertThatThrownBy(() -> memories.createSpace(bytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(bytes));
    }
  }

  /**
   * The kernel says so itself: dc no copy at fork, dd no dump, nh no huge pages, ui um uw faults.
   */
  @Test
  void isNeverForkedDumpedOrMadeOfHugePages() throws IOException {
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      assertThat(flagsAt(space.base())).contains("sh", "dc", "dd", "nh", "um", "ui", "uw");
    }
  }

  private static List<String> flagsAt(long address) throws IOException {
    String start = Long.toHexString(address) + "-";
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    int at = 0;
    while (!lines.get(at).startsWith(start)) {
      at++;
    }
    while (!lines.get(at).startsWith("VmFlags:")) {
      at++;
    }
    return List.of(lines.get(at).split("[: ]+"));
  }

  @Test
  void nothingIsMappedAroundItThatIsNotNeeded() throws IOException {
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      String end = Long.toHexString(space.base() + 2 * MIB);
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        assertThat(maps.filter(line -> line.contains("/memfd:emp-space")))
            .anyMatch(line -> line.startsWith(Long.toHexString(space.base()) + "-" + end));
      }
    }
  }

  @Test
  void nobodyCanResizeIt() {
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      assertThat(FileCalls.ftruncate(space.pages().descriptor(), 0)).isEqualTo(-Errno.EPERM);
    }
  }

  @Test
  void segmentsLieWhereTheirOffsetSaysAndLiveAsLongAsTheirScope() {
    AtomicInteger cleanups = new AtomicInteger();
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      MemorySegment segment;
      try (Arena arena = Arena.ofConfined()) {
        segment = space.segment(8192, 100, arena, cleanups::incrementAndGet);
        assertThat(segment.address()).isEqualTo(space.base() + 8192);
        assertThat(segment.byteSize()).isEqualTo(100);
        assertThat(cleanups).hasValue(0);
      }
      assertThat(cleanups).hasValue(1);
      assertThat(segment.scope().isAlive()).isFalse();
    }
  }

  @Test
  void segmentsMayBeEmptyButNotOutside() {
    try (SpaceMemory space = memories.createSpace(2 * MIB);
        Arena arena = Arena.ofConfined()) {
      assertThat(space.segment(2 * MIB, 0, arena, () -> {}).byteSize()).isZero();
      assertThatThrownBy(() -> space.segment(2 * MIB, 1, arena, () -> {}))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> space.segment(-1, 1, arena, () -> {}))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void loadBringsEveryPageAndUnmapKeepsThem() throws Exception {
    try (SpaceMemory space = memories.createSpace(8 * MIB);
        Faults faults = faults(space);
        Pages pages = pages(space)) {
      Served served = serve(faults, () -> space.load(PAGE_BYTES + 1, 5 * MIB));
      long last = PAGE_BYTES + 5 * MIB;
      assertThat(served.offsets).hasSize((int) (5 * MIB / PAGE_BYTES) + 1);
      assertThat(space.isPresent(PAGE_BYTES, 5 * MIB + 1)).isTrue();
      assertThat(space.isPresent(last, PAGE_BYTES)).isTrue();
      assertThat(space.isPresent(0, 1)).isFalse();
      assertThat(space.isPresent(0, 8 * MIB)).isFalse();
      assertThat(space.isPresent(last + PAGE_BYTES, 1)).isFalse();
      assertThat(space.residentBytes()).isEqualTo(5 * MIB + PAGE_BYTES);

      space.unmap(PAGE_BYTES, 2 * PAGE_BYTES);
      assertThat(space.residentBytes()).isEqualTo(5 * MIB + PAGE_BYTES);
      Served again = serve(faults, () -> space.load(PAGE_BYTES, 4 * PAGE_BYTES));
      assertThat(again.offsets).containsExactlyInAnyOrder(PAGE_BYTES, 2 * PAGE_BYTES);
      assertThat(again.flags).containsOnly(FaultBatch.MINOR);
      assertThat(pages.residentBytes()).isEqualTo(space.residentBytes());
    }
  }

  @Test
  void loadingNothingReturnsAtOnce() {
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      space.load(0, 0);
      space.unmap(0, 0);
      assertThat(space.isPresent(0, 0)).isTrue();
      assertThat(space.residentBytes()).isZero();
    }
  }

  @Test
  void refusesRangesOutside() {
    try (SpaceMemory space = memories.createSpace(2 * MIB)) {
      assertThatThrownBy(() -> space.load(2 * MIB, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> space.unmap(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> space.isPresent(0, 2 * MIB + 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void cannotBeUsedOnceClosed() {
    SpaceMemory space = memories.createSpace(2 * MIB);
    space.close();
    space.close();
    assertThatThrownBy(() -> space.load(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> space.segment(0, 1, Arena.global(), () -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(space::residentBytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesNothingBehind() throws IOException {
    memories.createSpace(2 * MIB).close();
    int descriptors = OpenDescriptors.now().size();
    long mappings = mappings();
    for (int i = 0; i < 200; i++) {
      memories.createSpace(2 * MIB).close();
    }
    assertThat(OpenDescriptors.now().size()).isLessThanOrEqualTo(descriptors + 3);
    assertThat(mappings()).isLessThanOrEqualTo(mappings);
  }

  /** Spaces mapped now: those of other tests too. */
  private static long mappings() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("memfd:emp-space")).count();
    }
  }

  private Faults faults(SpaceMemory space) {
    Descriptor copy = Descriptor.of(space.faults()).duplicate();
    return memories.adoptFaults(copy, space.base(), space.capacityBytes());
  }

  private Pages pages(SpaceMemory space) {
    Descriptor copy = Descriptor.of(space.pages()).duplicate();
    return memories.adoptPages(copy, space.capacityBytes());
  }

  /** What a pager was asked for. */
  private record Served(List<Long> offsets, List<Integer> flags) {}

  /** Runs the work in a thread of its own and answers its faults until it has ended. */
  private static Served serve(Faults faults, Runnable work) throws Exception {
    Served served = new Served(new ArrayList<>(), new ArrayList<>());
    FaultBatch batch = new FaultBatch(16);
    CompletableFuture<Void> ended = CompletableFuture.runAsync(work);
    while (!ended.isDone()) {
      faults.read(batch);
      for (int i = 0; i < batch.count(); i++) {
        served.offsets.add(batch.offset(i));
        served.flags.add(batch.flags(i));
        boolean minor = (batch.flags(i) & FaultBatch.MINOR) != 0;
        long done =
            minor
                ? faults.map(batch.offset(i), PAGE_BYTES, 0)
                : faults.zero(batch.offset(i), PAGE_BYTES, 0);
        assertThat(done).isEqualTo(PAGE_BYTES);
      }
    }
    ended.get(1, TimeUnit.SECONDS);
    return served;
  }
}
