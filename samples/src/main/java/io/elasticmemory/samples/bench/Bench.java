package io.elasticmemory.samples.bench;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.workload.CheckedMemory;
import io.elasticmemory.samples.workload.Crew;
import io.elasticmemory.samples.workload.Memcheck;
import io.elasticmemory.samples.workload.Phase;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.WrongWords;
import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.Map;

/** Runs a workload on some memory and gathers everything that is known about the run. */
public final class Bench {
  private static final int PAGE_BYTES = 4096;

  private final BenchRequest request;
  private final Ground ground;
  private final Progress progress;

  /** A run that has not begun. */
  public Bench(BenchRequest request, Ground ground, Progress progress) {
    this.request = request;
    this.ground = ground;
    this.progress = progress;
  }

  /** Runs to the end. The versions of all words are kept in ordinary memory. */
  public BenchResult run() {
    try (Arena ordinary = Arena.ofShared();
        Arena arena = ground.newArena()) {
      return run(allocate(arena, ordinary));
    }
  }

  private CheckedMemory allocate(Arena arena, Arena ordinary) {
    try {
      return new CheckedMemory(
          arena.allocate(request.sizeMib() << 20, PAGE_BYTES),
          request.shape(),
          request.plan().seed(),
          ordinary);
    } catch (OutOfMemoryError e) {
      throw new EmpException(
          EmpException.Kind.CAPACITY,
          ("no ordinary memory for --size-mib %d (%s); lower it, or raise -XX:MaxDirectMemorySize"
                  + " in EMP_JAVA_OPTS")
              .formatted(request.sizeMib(), e.getMessage()),
          e);
    }
  }

  private BenchResult run(CheckedMemory memory) {
    WrongWords wrong = new WrongWords(memory.code());
    Crew crew = new Crew(request.threads(), wrong, progress);
    Memcheck memcheck = new Memcheck(memory, request.plan(), crew);
    Map<Counter, Long> before = ground.counters();
    BenchRequest.Resize sizes = request.resizing();
    Bound bound = new Bound(ground.budgetBytes());
    try (ResidentWatch watch = new ResidentWatch(ground, bound);
        Resizing resizing =
            new Resizing(ground, bound, sizes.minMib() << 20, sizes.maxMib() << 20);
        GcLoop gcLoop = new GcLoop()) {
      watch.start();
      if (sizes.isWanted()) {
        resizing.start();
      }
      if (request.gcLoop()) {
        gcLoop.start();
      }
      memcheck.run();
      long collections = gcLoop.stop();
      Resizing.Done resizes = resizing.stop();
      return result(memcheck, crew, wrong, watch.stop(), since(before), resizes, collections);
    }
  }

  private BenchResult result(
      Memcheck memcheck,
      Crew crew,
      WrongWords wrong,
      ResidentWatch.Seen seen,
      Map<Counter, Long> counted,
      Resizing.Done resizes,
      long collections) {
    return new BenchResult(
        request,
        ground.blockBytes(),
        ground.subblockBytes(),
        crew.phases().stream().mapToDouble(Phase::seconds).sum(),
        crew.phases(),
        memcheck.operations(),
        wrong.count(),
        wrong.examples(),
        crew.hash(),
        Math.max(ground.budgetBytes(), request.resizing().maxMib() << 20),
        seen,
        ResidentWatch.differenceAtRest(ground),
        ground.pagerPid() == 0 ? 0 : ProcessMemory.pssBytes(ground.pagerPid()),
        counted,
        resizes,
        collections);
  }

  /** What was counted since then; gauges as they stand now. */
  private Map<Counter, Long> since(Map<Counter, Long> before) {
    Map<Counter, Long> counted = new EnumMap<>(Counter.class);
    ground
        .counters()
        .forEach(
            (name, value) ->
                counted.put(name, name.isGauge() ? value : value - before.getOrDefault(name, 0L)));
    return counted;
  }
}
