package io.elasticmemory.samples.bench.prefetch;

import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.prefetch.PrefetchResult.Round;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures reads that are asked for ahead of need: a space is filled and sent to the disk; then a
 * round of the C program on its spill file and a round of EMP take turns, each at places that were
 * not read lately.
 */
public final class PrefetchBench {
  private final PrefetchPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final Processes processes = Platform.find().processes();
  private long next;

  /**
   * A bench.
   *
   * @param workplace on the disk that is measured
   */
  public PrefetchBench(PrefetchPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public PrefetchResult run() throws IOException {
    Optional<DiskFloor> floor =
        plan.withFloor() ? Optional.of(DiskFloor.compile(workplace)) : Optional.empty();
    try (PrefetchSpace space = new PrefetchSpace(plan, workplace.directory());
        ExecutorService reader = Executors.newSingleThreadExecutor()) {
      AtomicLong done = new AtomicLong();
      progress.begin("prefetch, " + plan.sizeMib() + " MiB", 2 + plan.rounds(), done::get);
      space.fill();
      done.incrementAndGet();
      on(reader, () -> read(space, plan.warmUpReads()));
      done.incrementAndGet();
      pin(space, reader);
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < plan.rounds(); i++) {
        rounds.add(round(space, floor, reader));
        done.incrementAndGet();
      }
      progress.end();
      return new PrefetchResult(plan, rounds, space.pagerPssBytes(), space.hash());
    }
  }

  private PrefetchSpace.Sample read(PrefetchSpace space, int reads) {
    PrefetchSpace.Sample sample = space.read(next, reads);
    next += reads;
    return sample;
  }

  /** Only now, so that the compilers had all CPUs while they were needed. */
  private void pin(PrefetchSpace space, ExecutorService reader) throws IOException {
    if (plan.placement().isPresent()) {
      int cpu = plan.placement().get().application();
      on(
          reader,
          () -> {
            processes.pinThread(cpu);
            return cpu;
          });
      processes.pinProcess(space.pagerPid(), plan.placement().get().pager());
    }
  }

  private Round round(PrefetchSpace space, Optional<DiskFloor> floor, ExecutorService reader)
      throws IOException {
    Optional<DiskFloor.Rate> disk = Optional.empty();
    if (floor.isPresent()) {
      int cpu = plan.placement().map(placement -> placement.pager()).orElse(DiskFloor.ANY_CPU);
      disk =
          Optional.of(
              floor
                  .get()
                  .random(
                      space.file(),
                      space.writtenBytes(),
                      PrefetchSpace.PAGE_BYTES,
                      plan.depth(),
                      plan.reads(),
                      next,
                      cpu));
    }
    return new Round(on(reader, () -> read(space, plan.reads())), disk);
  }

  private static <T> T on(ExecutorService thread, Callable<T> work) throws IOException {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IOException("the reading thread has failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
