package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import java.io.PrintWriter;
import java.util.List;

/**
 * What was asked for and what was found.
 *
 * @param cells a cell for each subject at each ratio
 */
public record LadderResult(LadderRequest request, List<Cell> cells) implements Findings {
  public LadderResult {
    cells = List.copyOf(cells);
  }

  /** Whether everything that could be measured was. */
  public boolean isComplete() {
    return cells.stream().noneMatch(Cell::failed);
  }

  @Override
  public boolean isSuccess() {
    return isComplete();
  }

  @Override
  public void print(PrintWriter out) {
    new LadderTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "ladder")
        .put("pattern", request.workload().label())
        .put("writesPercent", request.writesPercent())
        .put("stridePages", request.stridePages())
        .put("data", request.data().label())
        .put("sizeMib", request.sizeMib())
        .put("seconds", request.seconds())
        .put("rounds", request.rounds())
        .put("pin", request.pinning().label())
        .put("blockBytes", request.blockBytes())
        .put("subblockBytes", request.subblockBytes())
        .put("seed", request.seed())
        .put("cpus", Runtime.getRuntime().availableProcessors())
        .put("kernel", System.getProperty("os.version"))
        .put("complete", isComplete())
        .putObjects("cells", cells.stream().map(Cell::toJson).toList());
  }
}
