package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpBuilder;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.SpaceOptions;
import io.elasticmemory.SpaceOptions.Encryption;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.PinnedThread;
import io.elasticmemory.samples.bench.fault.FaultFigures.Round;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures faults. For each tier a space of its own is opened and warmed up; then a round of the
 * floor and a round of EMP take turns. The thread that faults, the pager and the exporter are
 * pinned as the three processes of the floor are.
 */
public final class FaultBench {
  private static final int PAGE_BYTES = 4 << 10;
  private static final int LARGE_BLOCK_BYTES = 64 << 10;

  /** Larger blocks are measured for information, with fewer faults. */
  private static final int LARGE_BLOCK_SHARE = 4;

  /** A slab in reserve, and one for what is rounded up. */
  private static final long DONOR_MIB_MORE = 128;

  private static final String SPIN_MICROS = "emp.pager.spinMicros";

  /**
   * Longer than any fault but few, so that it does not sleep; it would disturb the floor's turn.
   */
  private static final String LONG_SPIN_MICROS = "2000";

  private final FaultPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final Processes processes = Platform.find().processes();
  private long hash;

  /**
   * A bench.
   *
   * @param workplace on a disk, for the spill file and the C program
   */
  public FaultBench(FaultPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public FaultResult run() throws IOException {
    Optional<FaultFloor> floor =
        plan.withFloor() ? Optional.of(FaultFloor.compile(workplace)) : Optional.empty();
    List<FaultFigures> tiers = new ArrayList<>();
    List<FaultFigures> largerBlocks = new ArrayList<>();
    for (FaultTier tier : plan.tiers()) {
      tiers.add(measure(tier, PAGE_BYTES, plan.faults(), floor));
      if (plan.withLargerBlocks()) {
        int fewer = Math.max(1, plan.faults() / LARGE_BLOCK_SHARE);
        largerBlocks.add(measure(tier, LARGE_BLOCK_BYTES, fewer, Optional.empty()));
      }
    }
    return new FaultResult(plan, tiers, largerBlocks, hash);
  }

  private FaultFigures measure(
      FaultTier tier, int blockBytes, int faults, Optional<FaultFloor> floor) throws IOException {
    long mib = ((long) faults * blockBytes >> 20) + 1;
    List<LocalExporter> exporters = startExporters(tier, mib + DONOR_MIB_MORE);
    try (FaultSpace space =
            new FaultSpace(
                open(tier, blockBytes, mib, exporters),
                tier,
                faults,
                plan.seed(),
                exporters.stream().map(LocalExporter::pid).toList());
        PinnedThread faulter = new PinnedThread(processes, plan.placement().application())) {
      return measure(new Bench(tier, blockBytes, faults, floor, exporters, space, faulter));
    } finally {
      exporters.forEach(running -> Workplace.end(running.process()));
    }
  }

  /** What one measurement works with. */
  private record Bench(
      FaultTier tier,
      int blockBytes,
      int faults,
      Optional<FaultFloor> floor,
      List<LocalExporter> exporters,
      FaultSpace space,
      PinnedThread faulter) {}

  private FaultFigures measure(Bench bench) throws IOException {
    FaultSpace space = bench.space;
    AtomicLong done = new AtomicLong();
    // Before the first of them there was nothing to drop, and dropping must be warm too.
    int warmUps = 1 + Math.ceilDiv(plan.warmUpFaults(), bench.faults);
    progress.begin(
        bench.tier.label() + ", blocks of " + (bench.blockBytes >> 10) + " KiB",
        warmUps + plan.rounds(),
        done::get);
    space.fill();
    for (int i = 0; i < warmUps; i++) {
      touch(bench);
      done.incrementAndGet();
    }
    pin(bench);
    long allocated = space.shardAllocatedBytes();
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < plan.rounds(); i++) {
      rounds.add(round(bench));
      done.incrementAndGet();
    }
    allocated = space.shardAllocatedBytes() - allocated;
    progress.end();
    hash = hash * 31 + space.hash();
    return new FaultFigures(
        bench.tier,
        bench.blockBytes,
        space.subblockBytes(),
        rounds,
        (long) plan.rounds() * bench.faults,
        allocated,
        ProcessMemory.pssBytes(space.pagerPid()),
        bench.exporters.stream()
            .mapToLong(exporter -> ProcessMemory.pssBytes(exporter.pid()))
            .sum());
  }

  /** Only now, so that the compilers of the other JVMs had all CPUs while they were needed. */
  private void pin(Bench bench) {
    processes.pinProcess(bench.space.pagerPid(), plan.placement().pager());
    bench.exporters.forEach(
        exporter -> processes.pinProcess(exporter.pid(), plan.placement().exporter()));
  }

  private Round round(Bench bench) throws IOException {
    Optional<Latency> floor = Optional.empty();
    if (bench.floor.isPresent()) {
      floor = Optional.of(bench.floor.get().run(bench.tier, bench.faults, plan.placement()));
    }
    return new Round(touch(bench), floor);
  }

  private static Latency touch(Bench bench) {
    bench.space.drop();
    return bench.faulter.run(bench.space::touch);
  }

  private Emp open(FaultTier tier, int blockBytes, long mib, List<LocalExporter> exporters) {
    // Each touch must be a fault of its own: nothing is brought ahead.
    EmpBuilder space =
        Emp.builder()
            .dram(2 * mib + DONOR_MIB_MORE)
            .options(
                SpaceOptions.DEFAULTS
                    .withBlock(blockBytes, PAGE_BYTES)
                    .withElastic(false)
                    .withEncrypt(plan.encrypted() ? Encryption.AES_GCM : Encryption.NONE));
    long donorMib = mib + DONOR_MIB_MORE;
    switch (tier) {
      case ZERO, MINOR -> {}
      case EXPORTER -> addExporters(space, donorMib, exporters);
      case COMPRESSED ->
          space
              .compressed(mib + DONOR_MIB_MORE)
              .spillFile(workplace.directory().resolve("spill").toString(), donorMib);
      case WP, SSD -> space.spillFile(workplace.directory().resolve("spill").toString(), donorMib);
    }
    return open(space);
  }

  private List<LocalExporter> startExporters(FaultTier tier, long mib) throws IOException {
    List<LocalExporter> exporters = new ArrayList<>();
    if (tier == FaultTier.EXPORTER) {
      for (int i = 0; i < plan.copies().exporters(); i++) {
        String[] options = plan.way().exporterOptions().toArray(String[]::new);
        exporters.add(LocalExporter.start(workplace, mib, options));
      }
    }
    return exporters;
  }

  private void addExporters(EmpBuilder space, long mib, List<LocalExporter> exporters) {
    for (LocalExporter each : exporters) {
      FaultWay way = plan.way();
      space.donor(
          new Exporter(way.address(), mib, each.port(), plan.copies().link(way.transport())));
    }
    if (plan.copies().needsSpillFile()) {
      space.spillFile(workplace.directory().resolve("spill").toString(), mib);
    }
  }

  /**
   * The pager spins where the handler of the floor does; otherwise it does as it does by itself.
   */
  private Emp open(EmpBuilder space) {
    if (!plan.placement().spins()) {
      return space.open();
    }
    String before = System.getProperty(SPIN_MICROS);
    System.setProperty(SPIN_MICROS, LONG_SPIN_MICROS);
    try {
      return space.open();
    } finally {
      if (before == null) {
        System.clearProperty(SPIN_MICROS);
      } else {
        System.setProperty(SPIN_MICROS, before);
      }
    }
  }
}
