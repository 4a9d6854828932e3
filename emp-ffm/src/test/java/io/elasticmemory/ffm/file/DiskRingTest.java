package io.elasticmemory.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Handle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRingTest {
  private static final int PAGE_BYTES = 4096;
  private static final int PAGES = 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate((long) PAGES * PAGE_BYTES, PAGE_BYTES);
  private final DiskRing ring = DiskRing.open(8);
  private final Map<Long, Integer> ended = new TreeMap<>();
  @TempDir private Path directory;

  @AfterEach
  void close() {
    ring.close();
    ring.close();
    arena.close();
  }

  @Test
  void goesRoundAndRoundAndKeepsEveryMarkWithItsBytes() {
    try (Handle file = spill()) {
      for (int round = 0; round < 20; round++) {
        for (int page = 0; page < 5; page++) {
          memory.set(JAVA_LONG, (long) page * PAGE_BYTES, round * 100L + page);
          prepare(LinuxConstants.IORING_OP_WRITE, file, page, page, page);
        }
        awaitEnds(5);
        for (int page = 0; page < 5; page++) {
          prepare(LinuxConstants.IORING_OP_READ, file, 8 + page, page, page);
        }
        awaitEnds(5);
        for (int page = 0; page < 5; page++) {
          assertThat(memory.get(JAVA_LONG, (8L + page) * PAGE_BYTES))
              .isEqualTo(round * 100L + page);
        }
      }
    }
  }

  @Test
  void tellsHowEachOperationEnded() {
    try (Handle file = spill()) {
      prepare(LinuxConstants.IORING_OP_READ, file, 0, 0, 1);
      prepare(LinuxConstants.IORING_OP_READ, file, 0, PAGES, 2);
      ring.prepare(LinuxConstants.IORING_OP_READ, -1, memory.address(), PAGE_BYTES, 0, 3);
      awaitEnds(3);
      assertThat(ended).containsOnly(Map.entry(1L, PAGE_BYTES), Map.entry(2L, 0), bad(3L));
    }
  }

  private static Map.Entry<Long, Integer> bad(long mark) {
    return Map.entry(mark, -Errno.EBADF);
  }

  @Test
  void refusesANumberOfEntriesTheKernelDoesNotHave() {
    assertThatThrownBy(() -> DiskRing.open(1 << 30))
        .isInstanceOf(SystemCallException.class)
        .hasMessageContaining("io_uring_setup: EINVAL");
  }

  @Test
  void reportsNothingWhileNothingEnds() {
    ring.submit();
    assertThat(ring.reap(8, (_, _) -> {})).isZero();
  }

  private Handle spill() {
    return new LinuxFiles()
        .createSpillFile(directory.resolve("spill"), (long) PAGES * PAGE_BYTES, true);
  }

  private void prepare(int opcode, Handle file, int memoryPage, int filePage, long mark) {
    ring.prepare(
        opcode,
        file.descriptor(),
        memory.address() + (long) memoryPage * PAGE_BYTES,
        PAGE_BYTES,
        (long) filePage * PAGE_BYTES,
        mark);
  }

  private void awaitEnds(int count) {
    ended.clear();
    ring.submit();
    long end = System.nanoTime() + 60_000_000_000L;
    while (ended.size() < count) {
      ring.reap(2, ended::put);
      assertThat(System.nanoTime()).as("%s have ended", ended).isLessThan(end);
    }
  }
}
