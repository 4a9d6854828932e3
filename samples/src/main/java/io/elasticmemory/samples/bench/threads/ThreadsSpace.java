package io.elasticmemory.samples.bench.threads;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.fault.FaultTier;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One space whose touched pages are spread over all stripes of all shards, made absent and touched
 * again and again, by any number of threads. The budget has room for all of it.
 */
final class ThreadsSpace implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;

  private final Emp emp;
  private final FaultTier tier;
  private final int shards;
  private final EmpArena arena;
  private final MemorySegment segment;
  private final int[] order;
  private final long apart;

  /**
   * Takes all of a space.
   *
   * @param emp closed together with this
   */
  ThreadsSpace(Emp emp, FaultTier tier, int shards, int faults, long seed) {
    this.emp = emp;
    this.tier = tier;
    this.shards = shards;
    arena = emp.ofShared();
    segment = arena.allocate(emp.capacityBytes(), PAGE_BYTES);
    apart = segment.byteSize() / faults & -PAGE_BYTES;
    order = permutation(faults, seed);
  }

  int shards() {
    return shards;
  }

  long pagerPid() {
    return emp.pagerPid();
  }

  /** Gives every page its word. A page of zeros would be forgotten instead of stored. */
  void fill() {
    if (tier != FaultTier.ZERO) {
      for (int i = 0; i < order.length; i++) {
        segment.set(JAVA_LONG, i * apart, word(i));
      }
    }
  }

  /** Makes every page absent, so that each of the next touches is a fault. */
  void drop() {
    if (tier == FaultTier.ZERO) {
      emp.discard(segment);
    } else {
      emp.unload(segment);
    }
  }

  /**
   * Touches every page once.
   *
   * @param cpus where the threads run; empty for anywhere
   * @return nanoseconds from the start of all threads to the end of the last
   */
  long touch(int threads, Processes processes, int... cpus) {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService crew =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory())) {
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int from = (int) ((long) order.length * i / threads);
        int to = (int) ((long) order.length * (i + 1) / threads);
        parts.add(
            crew.submit(
                () -> {
                  if (cpus.length > 0) {
                    processes.pinThread(cpus);
                  }
                  ready.countDown();
                  go.await();
                  touchPart(from, to);
                  return null;
                }));
      }
      ready.await();
      long start = System.nanoTime();
      go.countDown();
      for (Future<?> part : parts) {
        part.get();
      }
      return System.nanoTime() - start;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("a faulting thread has failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private void touchPart(int from, int to) {
    for (int i = from; i < to; i++) {
      long found = segment.get(JAVA_LONG, order[i] * apart);
      long expected = tier == FaultTier.ZERO ? 0 : word(order[i]);
      if (found != expected) {
        throw new EmpException(
            Kind.INTERNAL,
            "the word of page %d is %d instead of %d; report a bug"
                .formatted(order[i], found, expected));
      }
    }
  }

  /** Faults that the tier has answered so far. */
  long faults() {
    return emp.statistics().get(tier.counter());
  }

  /** Over what every touch of all pages must read. */
  long hash() {
    long hash = 0;
    for (int page : order) {
      hash = hash * 31 + (tier == FaultTier.ZERO ? 0 : word(page));
    }
    return hash;
  }

  private static long word(int page) {
    return page + 1L;
  }

  private static int[] permutation(int count, long seed) {
    Random random = new Random(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  @Override
  public void close() {
    arena.close();
    emp.close();
  }
}
