package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.thread.SpaceThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The thread of {@code dram:auto}: looks once a second at how short memory is, has the DRAM budget
 * follow it, and says so in the counters, and in the log when it turns.
 */
final class DramThread {
  private static final long LOOK_MILLIS = 1_000;
  private static final long MIB = 1L << 20;

  private final Supplier<MemoryPressure> pressure;
  private final DramFollower follower;
  private final LongSupplier budget;
  private final LongFunction<CompletableFuture<Void>> resize;
  private final ShardCounters counters;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = SpaceThreads.daemon("emp-dram", this::run);
  private CompletableFuture<Void> lastChange = CompletableFuture.completedFuture(null);
  private boolean wasLess;
  private boolean hasChanged;

  /**
   * A thread that is not started yet.
   *
   * @param budget last asked for
   * @param resize asks for another
   * @param counters of the space
   */
  DramThread(
      Supplier<MemoryPressure> pressure,
      DramFollower follower,
      LongSupplier budget,
      LongFunction<CompletableFuture<Void>> resize,
      ShardCounters counters) {
    this.pressure = pressure;
    this.follower = follower;
    this.budget = budget;
    this.resize = resize;
    this.counters = counters;
  }

  void start() {
    thread.start();
  }

  /** Ends it; when this returns it does nothing any more. */
  void stop() {
    stop.countDown();
    SpaceThreads.awaitEnd(thread);
  }

  private void run() {
    try {
      while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        look(System.nanoTime());
      }
    } catch (InterruptedException | RuntimeException e) {
      PagerLog.get().warn("dram:auto follows memory pressure no more; the budget stays", e);
    }
  }

  /** Looks once. */
  void look(long nowNanos) {
    if (!lastChange.isDone()) {
      // What is still leaving counts as used.
      return;
    }
    long before = budget.getAsLong();
    DramFollower.Decision next =
        follower.next(pressure.get(), before, counters.get(Counter.residentBytes), nowNanos);
    if (next.reason() != BudgetReason.NONE) {
      change(before, next);
    }
  }

  private void change(long before, DramFollower.Decision next) {
    try {
      lastChange = resize.apply(next.budgetBytes());
    } catch (IllegalArgumentException e) {
      // More is pinned than would have room.
      return;
    } catch (EmpException e) {
      // It is being closed.
      return;
    }
    boolean isLess = next.budgetBytes() < before;
    counters.of(0).add(isLess ? Counter.dramGivenBack : Counter.dramTaken, 1);
    counters.of(0).budgetReason(next.reason());
    if (!hasChanged || isLess != wasLess) {
      PagerLog.get()
          .info(
              "dram:auto {}, from {} MiB on: {}",
              isLess ? "gives DRAM back" : "takes more DRAM",
              before / MIB,
              next.reason().text());
    }
    hasChanged = true;
    wasLess = isLess;
  }
}
