package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spaces that keep blocks compressed, with a real pager. */
class CompressedTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;

  private Emp open(String dram, int zdramMib) {
    return Emp.open("%s|zdram:%d|%s:320:0".formatted(dram, zdramMib, directory.resolve("spill")));
  }

  /** Half of every page is a pattern, half is noise: it compresses to a bit more than a half. */
  private static void fill(MemorySegment segment, long seed, boolean noise) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long at = 0; at < segment.byteSize(); at += 8) {
      segment.set(JAVA_LONG, at, noise || (at & 2048) != 0 ? random.nextLong() : at >>> 12);
    }
  }

  private static void assertFilled(MemorySegment segment, long seed, boolean noise) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long at = 0; at < segment.byteSize(); at += 8) {
      long expected = noise || (at & 2048) != 0 ? random.nextLong() : at >>> 12;
      if (segment.get(JAVA_LONG, at) != expected) {
        assertThat(segment.get(JAVA_LONG, at)).as("word at %d", at).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dram:8,40",
    "dram:8?shards=2,40",
    "dram:8?block=4k,40",
    "dram:8?block=256k&subblock=128k,40",
    "dram:48?block=2m&subblock=4k,80"
  })
  void keepsWhatCompressesInMemoryAndOutOfTheFile(String dram, int mib) {
    try (Emp emp = open(dram, 48)) {
      try (Arena arena = emp.ofConfined()) {
        MemorySegment segment = arena.allocate(mib * MIB, 8);
        fill(segment, 1, false);
        assertFilled(segment, 1, false);
        EmpStatistics statistics = emp.statistics();
        assertThat(statistics.get(Counter.faultsCompressed)).isPositive();
        assertThat(statistics.get(Counter.bytesToCompressed)).isGreaterThan(24 * MIB);
        assertThat(statistics.get(Counter.bytesToSsd)).isZero();
        assertThat(statistics.get(Counter.compressedRawBytes))
            .isGreaterThan(statistics.get(Counter.compressedBytes) * 5 / 4);
        assertThat(statistics.get(Counter.compressedResidentBytes))
            .isBetween(statistics.get(Counter.compressedBytes), 48 * MIB);
        assertThat(statistics.get(Counter.slotsCompressed)).isPositive();
      }
      awaitEmpty(emp);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dram:8?block=64k&subblock=64k,40",
    "dram:8?block=64k&subblock=16k&shards=2,40",
    "dram:48?block=2m&subblock=2m,120"
  })
  void keepsBlocksCompressedInTheFile(String dram, int mib) {
    String path = "%s|%s:320:0?compress=lz4".formatted(dram, directory.resolve("spill"));
    try (Emp emp = Emp.open(path);
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(mib * MIB, 8);
      fill(segment, 1, false);
      assertFilled(segment, 1, false);
      // Blocks that do not compress any more, in the places of some that did.
      fill(segment.asSlice(0, 6 * MIB), 2, true);
      assertFilled(segment.asSlice(0, 6 * MIB), 2, true);
      EmpStatistics statistics = emp.statistics();
      assertThat(statistics.get(Counter.bytesSavedToSsd))
          .isGreaterThan(statistics.get(Counter.bytesToSsd) / 6);
      assertThat(statistics.get(Counter.bytesSavedFromSsd))
          .isGreaterThan(statistics.get(Counter.bytesFromSsd) / 6);
      assertThat(statistics.get(Counter.checksumErrors)).isZero();
      assertThat(statistics.get(Counter.transfersFailed)).isZero();
    }
  }

  private static void awaitEmpty(Emp emp) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(emp.statistics().get(Counter.compressedBytes)).isZero();
              assertThat(emp.statistics().get(Counter.compressedResidentBytes))
                  .isLessThanOrEqualTo(MIB);
            });
  }

  @Test
  void passesOnWhatDoesNotCompress() {
    try (Emp emp = open("dram:8", 48);
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(32 * MIB, 8);
      fill(segment, 2, true);
      assertFilled(segment, 2, true);
      EmpStatistics statistics = emp.statistics();
      assertThat(statistics.get(Counter.compressedRefused)).isPositive();
      assertThat(statistics.get(Counter.compressedBytes)).isZero();
      assertThat(statistics.get(Counter.bytesToSsd)).isGreaterThan(16 * MIB);
      assertThat(statistics.get(Counter.transfersFailed)).isZero();
    }
  }

  @Test
  void movesTheColdestOnWhenItIsFull() {
    try (Emp emp = open("dram:8", 8);
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(64 * MIB, 8);
      for (int round = 0; round < 3; round++) {
        fill(segment, round, false);
        assertFilled(segment, round, false);
      }
      EmpStatistics statistics = emp.statistics();
      assertThat(statistics.get(Counter.bytesToCompressed)).isGreaterThan(16 * MIB);
      assertThat(statistics.get(Counter.bytesDemoted)).isPositive();
      assertThat(statistics.get(Counter.compressedResidentBytes)).isLessThanOrEqualTo(8 * MIB);
      assertThat(statistics.get(Counter.blocksLost)).isZero();
    }
  }

  /** Blocks of which a part stays compressed while the rest becomes noise, and back. */
  @Test
  void letsBlocksGoThatStopCompressingInPart() {
    try (Emp emp = open("dram:8", 16);
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(32 * MIB, 8);
      fill(segment, 3, false);
      emp.unload(segment);
      SplittableRandom random = new SplittableRandom(4);
      for (long at = 0; at < segment.byteSize(); at += 64 << 10) {
        for (long word = at; word < at + (12 << 10); word += 8) {
          segment.set(JAVA_LONG, word, random.nextLong());
        }
      }
      emp.unload(segment);
      random = new SplittableRandom(4);
      for (long at = 0; at < segment.byteSize(); at += 64 << 10) {
        for (long word = at; word < at + (12 << 10); word += 8) {
          assertThat(segment.get(JAVA_LONG, word)).isEqualTo(random.nextLong());
        }
      }
      assertThat(emp.statistics().get(Counter.compressedRefused)).isPositive();
    }
  }
}
