package io.elasticmemory.samples.bench.elastic;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.bench.ladder.Run;
import io.elasticmemory.samples.bench.ladder.SpaceRuns;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs each workload on spaces that differ in the unit of fetching only. Within a round the units
 * take turns, each run a program of its own.
 */
public final class ElasticBench {
  private final ElasticPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private int done;

  /**
   * A bench that has not begun.
   *
   * @param workplace for exporters and spill files
   */
  public ElasticBench(ElasticPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws EmpException of kind CAPACITY if disk or memory is too small, of kind INTERNAL if units
   *     have read different things
   */
  public ElasticResult run() throws IOException {
    List<ElasticFigures> figures = new ArrayList<>();
    for (ElasticWorkload workload : plan.workloads()) {
      figures.add(measure(workload));
    }
    return new ElasticResult(plan, figures);
  }

  private ElasticFigures measure(ElasticWorkload workload) throws IOException {
    SpaceRuns spaces = new SpaceRuns(workplace, plan.request(workload));
    Map<Unit, List<Run>> runs = new EnumMap<>(Unit.class);
    done = 0;
    long total = (long) plan.rounds() * Unit.values().length;
    progress.begin("elastic, " + workload.label(), total, () -> done);
    try {
      for (int round = 0; round < plan.rounds(); round++) {
        for (Unit unit : Unit.values()) {
          runs.computeIfAbsent(unit, _ -> new ArrayList<>()).add(run(spaces, workload, unit));
          done++;
        }
      }
    } finally {
      progress.end();
    }
    requireSameReads(workload, runs);
    return new ElasticFigures(workload, runs);
  }

  private static Run run(SpaceRuns spaces, ElasticWorkload workload, Unit unit) throws IOException {
    return workload == ElasticWorkload.MEMCHECK
        ? spaces.memcheck(unit.options())
        : spaces.workload(unit.options());
  }

  /** Whoever has read something else has lost something, or done less. */
  private static void requireSameReads(ElasticWorkload workload, Map<Unit, List<Run>> runs) {
    List<String> hashes =
        runs.values().stream().flatMap(List::stream).map(Run::resultHash).distinct().toList();
    if (hashes.size() > 1) {
      throw new EmpException(
          Kind.INTERNAL,
          "units have read different data in %s: %s; keep this line and report a bug"
              .formatted(workload.label(), hashes));
    }
  }
}
