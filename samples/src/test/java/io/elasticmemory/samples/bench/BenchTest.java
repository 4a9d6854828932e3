package io.elasticmemory.samples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Plan;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.Seeds;
import io.elasticmemory.samples.workload.Skew;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BenchTest {
  private static final long MIB = 1 << 20;
  private static final long SLOTS = 384;
  private static final long SEED = Seeds.choose("BenchTest");

  @Test
  void reportsTheMostBytesPresentAndHowFarTheyWereAboveTheBudget() {
    FakeSpace space = new FakeSpace(100 * MIB);
    space.resident.set(170 * MIB);
    BenchResult result = new Bench(request(0, 0), space, Progress.NONE).run();
    assertThat(result.resident().residentBytesMax()).isEqualTo(170 * MIB);
    assertThat(result.resident().overBytesMax()).isEqualTo(70 * MIB);
    assertThat(result.isWithinBudget()).isFalse();
    assertThat(result.isRight()).isTrue();
    assertThat(table(result)).contains("ABOVE THE BUDGET by 70 MiB");
  }

  @Test
  void countsOnlyWhatThePagerDidDuringTheRun() {
    FakeSpace space = new FakeSpace(100 * MIB);
    space.faults.set(1000);
    BenchResult result = new Bench(request(0, 0), space, Progress.NONE).run();
    assertThat(result.counters()).containsEntry(Counter.faultsZero, 0L);
    assertThat(result.toJson().toString()).contains("\"faultsZero\": 0,");
  }

  @Test
  void saysHowGaugesStandInsteadOfWhatTheyHaveLost() {
    FakeSpace space = new FakeSpace(100 * MIB);
    space.slotsFree.set(2048);
    BenchResult result = new Bench(request(0, 0), space, Progress.NONE).run();
    assertThat(result.toJson().toString()).contains("\"slotsFreeRemote\": " + (2048 - SLOTS) + ",");
  }

  @Test
  void movesTheBudgetToAndFroAndMeasuresTheShrinking() {
    FakeSpace space = new FakeSpace(100 * MIB);
    space.resident.set(90 * MIB);
    BenchResult result = new Bench(request(20, 90), space, Progress.NONE).run();
    assertThat(result.resizes().reached()).isGreaterThanOrEqualTo(1);
    assertThat(result.resizes().shrunk()).isGreaterThanOrEqualTo(1);
    assertThat(result.resizes().mibPerSecond()).isPositive();
    assertThat(result.budgetBytes()).isGreaterThanOrEqualTo(90 * MIB);
    assertThat(result.isWithinBudget()).isTrue();
  }

  @Test
  void noticesBytesAboveABudgetThatWasReached() {
    FakeSpace space = new FakeSpace(200 * MIB);
    space.resident.set(190 * MIB);
    space.keepsResident = true;
    BenchResult result = new Bench(request(20, 20), space, Progress.NONE).run();
    assertThat(result.resident().overBytesMax()).isEqualTo(170 * MIB);
  }

  @Test
  void failsWhenTheBudgetCannotBeChanged() {
    FakeSpace space = new FakeSpace(100 * MIB);
    space.refuses = true;
    assertThatThrownBy(() -> new Bench(request(20, 90), space, Progress.NONE).run())
        .hasMessageContaining("the budget could not be changed")
        .hasMessageContaining("by design");
  }

  @Test
  void collectsGarbageMeanwhile() {
    BenchRequest request =
        new BenchRequest(
            "memcheck",
            CellShape.EVERY_WORD,
            Plan.of(Mode.SEQ, 0, SEED),
            4,
            2,
            BenchRequest.Resize.NEVER,
            true);
    try (OrdinaryMemory memory = new OrdinaryMemory()) {
      BenchResult result = new Bench(request, memory, Progress.NONE).run();
      assertThat(result.collections()).isPositive();
      assertThat(result.isRight()).isTrue();
    }
  }

  private static BenchRequest request(long minMib, long maxMib) {
    Plan plan = new Plan(Mode.SEQ, 0, Skew.NONE, SEED, Duration.ofMillis(300), Optional.empty());
    return new BenchRequest(
        "memcheck",
        CellShape.EVERY_WORD,
        plan,
        2,
        2,
        new BenchRequest.Resize(minMib, maxMib),
        false);
  }

  private static String table(BenchResult result) {
    StringWriter text = new StringWriter();
    new BenchTable(result, new PrintWriter(text)).print();
    return text.toString();
  }

  /** Ordinary memory that says it was a space. */
  private static final class FakeSpace implements Ground {
    private final AtomicLong resident = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();

    /** Each time somebody looks there are fewer. */
    private final AtomicLong slotsFree = new AtomicLong();

    private volatile long budget;
    private volatile boolean refuses;
    private volatile boolean keepsResident;

    FakeSpace(long budget) {
      this.budget = budget;
    }

    @Override
    public Arena newArena() {
      return Arena.ofShared();
    }

    @Override
    public int blockBytes() {
      return 65536;
    }

    @Override
    public int subblockBytes() {
      return 4096;
    }

    @Override
    public long budgetBytes() {
      return budget;
    }

    @Override
    public long residentBytes() {
      return resident.get();
    }

    @Override
    public Map<Counter, Long> counters() {
      return Map.of(
          Counter.residentBytes,
          resident.get(),
          Counter.faultsZero,
          faults.get(),
          Counter.slotsFreeRemote,
          slotsFree.getAndAdd(-SLOTS));
    }

    @Override
    public CompletableFuture<Void> resize(long bytes) {
      if (refuses) {
        return CompletableFuture.failedFuture(new IllegalStateException("by design"));
      }
      budget = bytes;
      return CompletableFuture.runAsync(
          () -> {
            if (!keepsResident) {
              resident.updateAndGet(present -> Math.min(present, bytes));
            }
          },
          CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
    }

    @Override
    public long pagerPid() {
      return ProcessHandle.current().pid();
    }

    @Override
    public void close() {}
  }
}
