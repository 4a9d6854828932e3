package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A space whose pager has several threads, with a spill file. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ShardsTest {
  private static final long MIB = 1L << 20;
  private static final long STRIPE = 64 * MIB;

  @TempDir Path directory;

  /** One stripe for each shard, and a slab in reserve. */
  private Emp open(int shards, int dramMib, String options) {
    return Emp.open(
        "dram:%d?shards=%d%s|%s:%d:0"
            .formatted(dramMib, shards, options, directory.resolve("spill"), 128 * shards));
  }

  private static long word(long at) {
    return at * 0x9e3779b97f4a7c15L + 1;
  }

  @ParameterizedTest
  @CsvSource({"2, ''", "3, '&block=4k'", "4, '&block=256k&subblock=16k'", "16, ''"})
  void keepEveryWordOfMoreThanTheBudget(int shards, String options) throws Exception {
    try (Emp emp = open(shards, 32, options);
        EmpArena arena = emp.ofShared()) {
      assertThat(emp.capacityBytes()).isEqualTo(shards * STRIPE);
      MemorySegment segment = arena.allocate(emp.capacityBytes(), 8);
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long first = i * 4096L;
        Thread thread = Thread.ofPlatform().unstarted(() -> writeAndRead(emp, segment, first));
        thread.setUncaughtExceptionHandler((_, e) -> failures.add(e));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(emp.statistics().shards())
          .hasSize(shards)
          .allSatisfy(shard -> assertThat(shard.get(Counter.faultsSsd)).isPositive());
    }
  }

  /** Every fourth page of some, in all stripes; each thread has pages of its own. */
  private static void writeAndRead(Emp emp, MemorySegment segment, long first) {
    for (long at = first; at < segment.byteSize(); at += 16 * 4096) {
      segment.set(JAVA_LONG, at, word(at));
      if (at % MIB == first) {
        assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(emp.dramBytes());
      }
    }
    for (long at = first; at < segment.byteSize(); at += 16 * 4096) {
      assertThat(segment.get(JAVA_LONG, at)).isEqualTo(word(at));
    }
  }

  @Test
  void discardUnloadAndPrefetchReachEveryStripe() {
    try (Emp emp = open(2, 64, "");
        EmpArena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(emp.capacityBytes(), 8);
      MemorySegment border = segment.asSlice(STRIPE - 4 * MIB, 8 * MIB);
      border.fill((byte) 3);

      emp.unload(border);
      assertThat(emp.statistics().residentBytes()).isZero();

      emp.prefetch(border);
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> emp.isLoaded(border));
      // It is counted a moment after it was loaded.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(emp.statistics().shards())
                      .extracting(shard -> shard.get(Counter.residentBytes))
                      .containsExactly(4 * MIB, 4 * MIB));

      emp.discard(border, 2 * MIB, 4 * MIB);
      assertThat(border.get(JAVA_LONG, 0)).isEqualTo(0x0303030303030303L);
      assertThat(border.get(JAVA_LONG, 2 * MIB)).isZero();
      assertThat(border.get(JAVA_LONG, 6 * MIB - 8)).isZero();
      assertThat(border.get(JAVA_LONG, 8 * MIB - 8)).isEqualTo(0x0303030303030303L);
    }
  }

  @Test
  void aHotSetInTheStripesOfOneShardGetsTheDram() {
    try (Emp emp = open(2, 32, "");
        EmpArena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(emp.capacityBytes(), 8);
      for (long at = 0; at < segment.byteSize(); at += 4096) {
        segment.set(JAVA_LONG, at, word(at));
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInSameThread()
          .until(
              () -> {
                for (long at = STRIPE; at < STRIPE + 48 * MIB; at += 4096) {
                  assertThat(segment.get(JAVA_LONG, at)).isEqualTo(word(at));
                }
                assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(emp.dramBytes());
                return emp.statistics().shards().get(1).get(Counter.budgetBytes);
              },
              bytes -> bytes >= emp.dramBytes() * 9 / 10);
    }
  }

  @Test
  void aResizeIsDoneWhenAllShardsAreWithinIt() throws Exception {
    try (Emp emp = open(4, 128, "");
        EmpArena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(emp.capacityBytes(), 8);
      for (long at = 0; at < segment.byteSize(); at += 4096) {
        segment.set(JAVA_LONG, at, at + 1);
      }
      for (long mib : new long[] {32, 96, 8}) {
        emp.resizeDram(mib * MIB).get(60, TimeUnit.SECONDS);
        assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(mib * MIB);
        for (long at = 0; at < segment.byteSize(); at += 64 * 4096) {
          assertThat(segment.get(JAVA_LONG, at)).isEqualTo(at + 1);
        }
        assertThat(emp.statistics().residentBytes()).isLessThanOrEqualTo(mib * MIB);
      }
    }
  }

  @Test
  void dramAloneHasRoomForAllOfItInEveryShard() {
    try (Emp emp = Emp.open("dram:200?shards=3");
        EmpArena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(emp.capacityBytes(), 8);
      for (long at = 0; at < segment.byteSize(); at += 4096) {
        segment.set(JAVA_LONG, at, at + 1);
      }
      assertThat(emp.isLoaded(segment)).isTrue();
    }
  }

  @Test
  void theBudgetMustBeEnoughForAllShards() {
    assertThatThrownBy(() -> open(4, 64, "&block=2m&subblock=2m").close())
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.PATH))
        .hasMessageContaining("less than the 131072 KiB that blocks of 2048 KiB need in 4 shards");
  }

  @Test
  void closesManyTimesWithoutAnswerMissing() {
    for (int i = 0; i < 5; i++) {
      try (Emp emp = open(4, 64, "");
          EmpArena arena = emp.ofShared()) {
        arena.allocate(emp.capacityBytes(), 8).set(JAVA_LONG, STRIPE, 1);
      }
    }
  }
}
