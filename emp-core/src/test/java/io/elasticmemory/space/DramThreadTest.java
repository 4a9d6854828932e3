package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.port.MemoryPressure.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DramThreadTest {
  private static final long MIB = 1L << 20;
  private static final long SECOND = 1_000_000_000L;

  private final ShardCounters counters =
      new ShardCounters(Arena.ofAuto().allocate(2 * CountersLayout.PAGE_BYTES, 8));
  private final List<CompletableFuture<Void>> asked = new ArrayList<>();
  private long budgetBytes = 1024 * MIB;
  private long roomMib = 8000;
  private boolean refuses;
  private long second;

  private final DramThread thread =
      new DramThread(
          () ->
              new MemoryPressure(
                  new Level(16_384 * MIB, roomMib * MIB, roomMib * MIB, 0, 0), Level.NONE),
          new DramFollower(256 * MIB, 4096 * MIB),
          () -> budgetBytes,
          this::resize,
          counters);

  private CompletableFuture<Void> resize(long bytes) {
    if (refuses) {
      throw new IllegalArgumentException("more is pinned");
    }
    budgetBytes = bytes;
    asked.add(new CompletableFuture<>());
    return asked.getLast();
  }

  /** A second later; all that is asked for is done at once. */
  private void look(long mib) {
    roomMib = mib;
    counters.of(0).set(Counter.residentBytes, budgetBytes / 2);
    counters.of(1).set(Counter.residentBytes, budgetBytes / 2);
    thread.look(++second * SECOND);
    asked.forEach(each -> each.complete(null));
  }

  @Test
  void hasTheBudgetFollowAndSaysSo() {
    look(800);
    assertThat(budgetBytes).isEqualTo(896 * MIB);
    assertThat(counters.get(Counter.dramGivenBack)).isEqualTo(1);
    assertThat(counters.of(0).budgetReason()).isEqualTo(BudgetReason.MACHINE);

    look(1500);
    assertThat(budgetBytes).isEqualTo(896 * MIB);
    assertThat(counters.get(Counter.dramGivenBack)).isEqualTo(1);

    second += 30;
    look(8000);
    assertThat(budgetBytes).isEqualTo(1008 * MIB);
    assertThat(counters.get(Counter.dramGivenBack)).isEqualTo(1);
    assertThat(counters.get(Counter.dramTaken)).isEqualTo(1);
    assertThat(counters.of(0).budgetReason()).isEqualTo(BudgetReason.ROOM);
  }

  @Test
  void waitsUntilWhatItGaveBackHasLeft() {
    roomMib = 800;
    counters.of(0).set(Counter.residentBytes, budgetBytes);
    thread.look(SECOND);
    thread.look(2 * SECOND);
    assertThat(asked).hasSize(1);
    asked.getFirst().complete(null);
    thread.look(3 * SECOND);
    assertThat(asked).hasSize(2);
  }

  @Test
  void leavesTheBudgetWhereTooMuchIsPinned() {
    refuses = true;
    look(800);
    assertThat(budgetBytes).isEqualTo(1024 * MIB);
    assertThat(counters.get(Counter.dramGivenBack)).isZero();
    refuses = false;
    look(800);
    assertThat(budgetBytes).isEqualTo(896 * MIB);
  }

  @Test
  void doesNothingAfterItsEnd() {
    roomMib = 800;
    thread.start();
    thread.stop();
    assertThat(asked).isEmpty();
  }
}
