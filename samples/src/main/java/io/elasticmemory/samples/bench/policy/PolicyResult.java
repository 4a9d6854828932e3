package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import java.io.PrintWriter;
import java.util.List;

/**
 * The outcome of a run.
 *
 * @param hash over all words read from the space
 */
public record PolicyResult(PolicyPlan plan, List<PolicyFigures> figures, long hash)
    implements Findings {

  public PolicyResult {
    figures = List.copyOf(figures);
  }

  @Override
  public void print(PrintWriter out) {
    new PolicyTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "policy")
        .put("policy", Candidate.INTERVAL.label())
        .put("pin", plan.placement().label())
        .put("dataMib", plan.dataMib())
        .put("dramMib", plan.dramMib())
        .put("blockBytes", plan.blockBytes())
        .put("seed", plan.seed())
        .putObjects("workloads", figures.stream().map(PolicyFigures::toJson).toList())
        .put("resultHash", Long.toHexString(hash));
  }
}
