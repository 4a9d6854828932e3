package io.elasticmemory.samples.bench.threads;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.SpaceOptions;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.bench.fault.FaultTier;
import io.elasticmemory.samples.bench.threads.ThreadsResult.Cell;
import io.elasticmemory.samples.bench.threads.ThreadsResult.Sample;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how many faults a second many threads get served. For each tier and placement there is a
 * space for each number of shards, all open at the same time, and all numbers of threads on all of
 * them take turns.
 */
public final class ThreadsBench {
  private static final int PAGE_BYTES = 4 << 10;

  /** Addresses of each space: stripes for four shards, so that all are spread alike. */
  private static final long SPACE_MIB = 256;

  /** What a shard keeps in reserve. */
  private static final long SLAB_MIB = 64;

  private final ThreadsPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final Processes processes = Platform.find().processes();
  private long hash;

  /** A bench. */
  public ThreadsBench(ThreadsPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public ThreadsResult run() throws IOException {
    List<Cell> cells = new ArrayList<>();
    for (FaultTier tier : plan.tiers()) {
      for (Pinned pinned : plan.placements()) {
        cells.addAll(measure(tier, pinned));
      }
    }
    return new ThreadsResult(plan, Runtime.getRuntime().availableProcessors(), cells, hash);
  }

  private static long mib(int shards) {
    return Math.max(SPACE_MIB, shards * SLAB_MIB) + shards * SLAB_MIB;
  }

  private List<Cell> measure(FaultTier tier, Pinned pinned) throws IOException {
    LocalExporter exporter =
        LocalExporter.start(workplace, plan.shards().stream().mapToLong(ThreadsBench::mib).sum());
    List<ThreadsSpace> spaces = new ArrayList<>();
    try {
      for (int shards : plan.shards()) {
        spaces.add(
            new ThreadsSpace(open(exporter, shards), tier, shards, plan.faults(), plan.seed()));
      }
      return measure(tier, pinned, exporter, spaces);
    } finally {
      spaces.forEach(ThreadsSpace::close);
      Workplace.end(exporter.process());
    }
  }

  private Emp open(LocalExporter exporter, int shards) {
    SpaceOptions options =
        SpaceOptions.DEFAULTS
            .withBlock(PAGE_BYTES, PAGE_BYTES)
            .withShards(shards)
            .withElastic(false);
    // DRAM for everything: nothing leaves while it is measured.
    return Emp.builder()
        .dram(mib(shards))
        .options(options)
        .exporter("127.0.0.1", mib(shards), exporter.port())
        .open();
  }

  private List<Cell> measure(
      FaultTier tier, Pinned pinned, LocalExporter exporter, List<ThreadsSpace> spaces)
      throws IOException {
    AtomicLong done = new AtomicLong();
    int cells = spaces.size() * plan.threads().size();
    progress.begin(
        tier.label() + ", " + pinned.describe(), (long) cells * (1 + plan.rounds()), done::get);
    spaces.forEach(ThreadsSpace::fill);
    Map<Integer, List<Sample>> samples = new TreeMap<>();
    for (int round = 0; round <= plan.rounds(); round++) {
      if (round == 1) {
        // Only now, so that the compilers had all CPUs while they were needed.
        pin(pinned, exporter, spaces);
      }
      for (int cell = 0; cell < cells; cell++) {
        Sample sample = sample(tier, pinned, exporter, cell, spaces);
        if (round > 0) {
          samples.computeIfAbsent(cell, _ -> new ArrayList<>()).add(sample);
        }
        done.incrementAndGet();
      }
    }
    progress.end();
    spaces.forEach(space -> hash = hash * 31 + space.hash());
    List<Cell> measured = new ArrayList<>();
    samples.forEach((cell, all) -> measured.add(cell(tier, pinned, exporter, spaces, cell, all)));
    return measured;
  }

  private ThreadsSpace spaceOf(int cell, List<ThreadsSpace> spaces) {
    return spaces.get(cell / plan.threads().size());
  }

  private int threadsOf(int cell) {
    return plan.threads().get(cell % plan.threads().size());
  }

  private Cell cell(
      FaultTier tier,
      Pinned pinned,
      LocalExporter exporter,
      List<ThreadsSpace> spaces,
      int cell,
      List<Sample> samples) {
    ThreadsSpace space = spaceOf(cell, spaces);
    return new Cell(
        tier,
        pinned,
        space.shards(),
        threadsOf(cell),
        plan.faults(),
        samples,
        ProcessMemory.pssBytes(space.pagerPid()),
        tier == FaultTier.EXPORTER ? ProcessMemory.pssBytes(exporter.pid()) : 0);
  }

  private void pin(Pinned pinned, LocalExporter exporter, List<ThreadsSpace> spaces) {
    if (pinned != Pinned.NONE) {
      spaces.forEach(space -> processes.pinProcess(space.pagerPid(), pinned.placement().pager()));
      processes.pinProcess(exporter.pid(), pinned.placement().exporter());
    }
  }

  private Sample sample(
      FaultTier tier, Pinned pinned, LocalExporter exporter, int cell, List<ThreadsSpace> spaces) {
    ThreadsSpace space = spaceOf(cell, spaces);
    space.drop();
    long faults = space.faults();
    long pagerCpu = CpuTime.nanos(space.pagerPid());
    long exporterCpu = CpuTime.nanos(exporter.pid());
    int[] cpus = pinned == Pinned.NONE ? new int[0] : new int[] {pinned.placement().application()};
    long nanos = space.touch(threadsOf(cell), processes, cpus);
    requireFaults(tier, space, faults + plan.faults());
    return new Sample(
        nanos,
        CpuTime.nanos(space.pagerPid()) - pagerCpu,
        CpuTime.nanos(exporter.pid()) - exporterCpu);
  }

  /** Otherwise something else was measured. The pager counts a fault after it has answered it. */
  private static void requireFaults(FaultTier tier, ThreadsSpace space, long expected) {
    long end = System.nanoTime() + 1_000_000_000;
    while (space.faults() < expected) {
      if (System.nanoTime() - end > 0) {
        throw new EmpException(
            Kind.INTERNAL,
            "%d touches were no %s faults; what was measured is something else, report a bug"
                .formatted(expected - space.faults(), tier.label()));
      }
      Thread.onSpinWait();
    }
  }
}
