package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Bench;
import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.bench.BenchResult;
import io.elasticmemory.samples.bench.SpaceMemory;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Plan;
import io.elasticmemory.samples.workload.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * EMP's {@code memcheck --mode elastic}, all its phases, on a space, in a JVM of its own that talks
 * as {@link LadderMain} does.
 */
public final class MemcheckMain {
  private static final int THREADS = 4;

  private MemcheckMain() {}

  /** Runs it; arguments as {@link ProgramPlan} writes them, of a space. */
  public static void main(String... arguments) throws IOException {
    ProgramPlan plan = ProgramPlan.parse(arguments);
    MemPath path = MemPath.parse(plan.memory().substring(TestedMemory.SPACE.length()));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (SpaceMemory space = new SpaceMemory(path)) {
      JsonObject ready = new JsonObject().put("pagerPid", space.pagerPid()).put("scratchBytes", 0L);
      System.out.println(LadderMain.READY + LadderMain.oneLine(ready));
      if (commands.readLine() == null) {
        return;
      }
      System.out.println(LadderMain.WARM);
      if (commands.readLine() == null) {
        return;
      }
      System.out.println(LadderMain.RESULT + LadderMain.oneLine(measure(plan, space)));
      commands.readLine();
    }
  }

  private static JsonObject measure(ProgramPlan plan, SpaceMemory space) {
    BenchRequest request =
        new BenchRequest(
            "memcheck",
            CellShape.EVERY_WORD,
            Plan.of(Mode.ELASTIC, 0, plan.seed()),
            plan.sizeMib(),
            THREADS,
            BenchRequest.Resize.NEVER,
            false);
    Costs before = Costs.now(0, space.pagerPid(), plan.exporterPids());
    BenchResult result = new Bench(request, space, Progress.NONE).run();
    if (!result.isRight()) {
      throw new EmpException(
          Kind.INTERNAL,
          "%d words were wrong, such as %s; report a bug"
              .formatted(result.wrongWords(), result.examples()));
    }
    JsonObject json =
        new JsonObject()
            .put("accesses", result.operations())
            .put("seconds", result.seconds())
            .put("resultHash", Long.toHexString(result.resultHash()));
    Costs.now(misses(result.counters()), space.pagerPid(), plan.exporterPids())
        .since(before)
        .put(json, space.pagerPid(), plan.exporterPids());
    return json;
  }

  private static long misses(Map<Counter, Long> counters) {
    return counters.getOrDefault(Counter.faultsCompressed, 0L)
        + counters.getOrDefault(Counter.faultsRemote, 0L)
        + counters.getOrDefault(Counter.faultsSsd, 0L);
  }
}
