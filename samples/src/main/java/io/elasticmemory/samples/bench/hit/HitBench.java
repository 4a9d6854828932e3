package io.elasticmemory.samples.bench.hit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.bench.PinnedThread;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.workload.Progress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through resident memory of a space and through ordinary memory in turn, in one thread with
 * one compiled method, so that nothing differs but the memory. Ordinary memory is without huge
 * pages, like a space's; what they would gain is measured beside it.
 */
public final class HitBench {
  private static final int WARM_UPS = 3;

  /** Beyond the memory itself, so that none of it leaves. */
  private static final int MIB_MORE = 64;

  private static final int PAGE_BYTES = 4096;

  private final HitPlan plan;
  private final Progress progress;
  private final Memories memories = Platform.find().memories();
  private long hash;

  /** A bench that has not begun. */
  public HitBench(HitPlan plan, Progress progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Runs it. */
  public HitResult run() {
    int cpu = Placement.one().application();
    long bytes = (long) plan.mib() << 20;
    try (Emp emp = Emp.builder().dram(plan.mib() + MIB_MORE).open();
        Arena arena = emp.ofShared();
        PinnedThread thread = new PinnedThread(Platform.find().processes(), cpu)) {
      List<MemorySegment> kinds =
          List.of(
              arena.allocate(bytes, PAGE_BYTES),
              memories.reservePrivate(bytes),
              memories.reservePrivate(bytes));
      memories.preferHugePages(kinds.get(2));
      kinds.forEach(HitBench::touch);
      return thread.run(() -> measure(emp, kinds, cpu));
    }
  }

  private static void touch(MemorySegment memory) {
    for (long at = 0; at < memory.byteSize(); at += PAGE_BYTES) {
      memory.set(JAVA_LONG, at, at);
    }
  }

  private HitResult measure(Emp emp, List<MemorySegment> kinds, int cpu) {
    long faults = faults(emp);
    long cpuNanos = CpuTime.nanos(emp.pagerPid());
    List<HitFigures> figures = new ArrayList<>();
    for (Pattern pattern : Pattern.values()) {
      figures.add(new HitFigures(pattern, measure(pattern, kinds)));
    }
    if (faults(emp) != faults) {
      throw new EmpException(
          Kind.INTERNAL,
          "memory that was resident had faults; what was measured is something else");
    }
    return new HitResult(
        plan,
        cpu,
        figures,
        (CpuTime.nanos(emp.pagerPid()) - cpuNanos) / 1e9,
        ProcessMemory.pssBytes(emp.pagerPid()),
        hash);
  }

  private static long faults(Emp emp) {
    return emp.statistics().get(Counter.faultsZero) + emp.statistics().get(Counter.faultsWp);
  }

  private List<HitFigures.Round> measure(Pattern pattern, List<MemorySegment> kinds) {
    int[] done = new int[1];
    progress.begin(pattern.label(), WARM_UPS + plan.rounds(), () -> done[0]);
    List<HitFigures.Round> rounds = new ArrayList<>();
    for (int i = 0; i < WARM_UPS + plan.rounds(); i++) {
      HitFigures.Round round = round(pattern, kinds, i);
      if (i >= WARM_UPS) {
        rounds.add(round);
      }
      done[0]++;
    }
    progress.end();
    return rounds;
  }

  /** Each round begins with another kind, so that none is always the one after the others. */
  private HitFigures.Round round(Pattern pattern, List<MemorySegment> kinds, int number) {
    double[] nanos = new double[kinds.size()];
    for (int i = 0; i < nanos.length; i++) {
      int kind = (number + i) % nanos.length;
      nanos[kind] = nanosOfOne(pattern, kinds.get(kind));
    }
    return new HitFigures.Round(nanos[0], nanos[1], nanos[2]);
  }

  private double nanosOfOne(Pattern pattern, MemorySegment memory) {
    long start = System.nanoTime();
    hash = hash * 31 + pattern.run(memory, plan.accesses());
    return (double) (System.nanoTime() - start) / plan.accesses();
  }
}
