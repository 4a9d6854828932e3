package io.elasticmemory.samples.bench.evict;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.bench.PinnedThread;
import io.elasticmemory.samples.bench.evict.EvictFigures.Rate;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets all blocks of a segment leave: first dirty, so that an exporter gets them, then clean. A C
 * program that takes as many pages out of a memory file, with no donor, table or checksum, stands
 * beside each.
 */
public final class EvictBench {
  private static final List<Integer> BLOCKS_BYTES = List.of(4 << 10, 64 << 10);
  private static final int PAGE_BYTES = 4 << 10;

  /** A slab in reserve, and one for what is rounded up. */
  private static final long MIB_MORE = 128;

  private static final int FLOOR_SECONDS_MAX = 600;

  private final EvictPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final Processes processes = Platform.find().processes();
  private double exporterCpuSeconds;
  private long pagerPssBytes;
  private long exporterPssBytes;

  /**
   * A bench that has not begun.
   *
   * @param workplace for the C program and the exporter
   */
  public EvictBench(EvictPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public EvictResult run() throws IOException {
    CProgram floor = CProgram.compile(workplace, Placement.class, "evict_floor");
    List<EvictFigures> figures = new ArrayList<>();
    for (int blockBytes : BLOCKS_BYTES) {
      figures.add(measure(blockBytes, floor));
    }
    return new EvictResult(plan, figures, exporterCpuSeconds, pagerPssBytes, exporterPssBytes);
  }

  private EvictFigures measure(int blockBytes, CProgram floor) throws IOException {
    LocalExporter exporter = LocalExporter.start(workplace, plan.mib() + MIB_MORE);
    try (Emp emp = open(blockBytes, exporter);
        Arena arena = emp.ofShared();
        PinnedThread thread = new PinnedThread(processes, plan.placement().application())) {
      MemorySegment segment = arena.allocate((long) plan.mib() << 20, blockBytes);
      List<EvictFigures.Round> rounds = thread.run(() -> measure(emp, segment, exporter, floor));
      exporterCpuSeconds += CpuTime.nanos(exporter.pid()) / 1e9;
      pagerPssBytes = ProcessMemory.pssBytes(emp.pagerPid());
      exporterPssBytes = ProcessMemory.pssBytes(exporter.pid());
      return new EvictFigures(blockBytes, rounds);
    } finally {
      Workplace.end(exporter.process());
    }
  }

  private Emp open(int blockBytes, LocalExporter exporter) {
    return Emp.builder()
        .dram(2L * plan.mib() + MIB_MORE)
        .block(blockBytes, PAGE_BYTES)
        .exporter("127.0.0.1", plan.mib() + MIB_MORE, exporter.port())
        .open();
  }

  private List<EvictFigures.Round> measure(
      Emp emp, MemorySegment segment, LocalExporter exporter, CProgram floor) {
    int[] done = new int[1];
    progress.begin(
        "blocks of " + (emp.blockBytes() >> 10) + " KiB", 1 + plan.rounds(), () -> done[0]);
    List<EvictFigures.Round> rounds = new ArrayList<>();
    for (int i = 0; i <= plan.rounds(); i++) {
      EvictFigures.Round round = round(emp, segment, i, floor);
      if (i == 0) {
        // A warm-up; only now, so that the compilers of the other JVMs had all CPUs before.
        processes.pinProcess(emp.pagerPid(), plan.placement().pager());
        processes.pinProcess(exporter.pid(), plan.placement().exporter());
      } else {
        rounds.add(round);
      }
      done[0]++;
    }
    progress.end();
    return rounds;
  }

  private EvictFigures.Round round(Emp emp, MemorySegment segment, int number, CProgram floor) {
    for (long at = 0; at < segment.byteSize(); at += PAGE_BYTES) {
      segment.set(JAVA_LONG, at, at + number + 1);
    }
    Rate dirty = evict(emp, segment);
    Rate floorDirty = floor(floor, "dirty", emp.blockBytes());
    emp.load(segment);
    Rate clean = evict(emp, segment);
    Rate floorClean = floor(floor, "clean", emp.blockBytes());
    return new EvictFigures.Round(clean, floorClean, dirty, floorDirty);
  }

  private static Rate evict(Emp emp, MemorySegment segment) {
    long cpu = CpuTime.nanos(emp.pagerPid());
    long start = System.nanoTime();
    emp.unload(segment);
    long nanos = System.nanoTime() - start;
    cpu = CpuTime.nanos(emp.pagerPid()) - cpu;
    if (emp.statistics().residentBytes() > segment.byteSize() / 10) {
      throw new EmpException(
          Kind.INTERNAL, "what was unloaded is still there; what was measured is something else");
    }
    return rate(segment.byteSize() / PAGE_BYTES, nanos, cpu);
  }

  private Rate floor(CProgram floor, String what, int blockBytes) {
    try {
      String line =
          floor.run(
              FLOOR_SECONDS_MAX,
              what,
              Long.toString(((long) plan.mib() << 20) / PAGE_BYTES),
              Integer.toString(blockBytes / PAGE_BYTES),
              Integer.toString(plan.placement().pager()));
      return rate(
          CProgram.number(line, "pages"),
          CProgram.number(line, "nanos"),
          CProgram.number(line, "cpuNanos"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rate rate(long pages, long nanos, long cpuNanos) {
    return new Rate(pages * 1e9 / nanos, cpuNanos / 1e3 / pages);
  }
}
