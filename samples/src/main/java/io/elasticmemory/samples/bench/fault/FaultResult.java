package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param tiers where one fault is one block of 4 KiB, as in the floor
 * @param largerBlocks the same tiers with blocks of 64 KiB, of which the fault waits for 4; or none
 * @param hash over all words read
 */
public record FaultResult(
    FaultPlan plan, List<FaultFigures> tiers, List<FaultFigures> largerBlocks, long hash)
    implements Findings {

  public FaultResult {
    tiers = List.copyOf(tiers);
    largerBlocks = List.copyOf(largerBlocks);
  }

  @Override
  public void print(PrintWriter out) {
    new FaultTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    Placement placement = plan.placement();
    return new JsonObject()
        .put("workload", "fault")
        .put("pin", placement.label())
        .put("applicationCpu", placement.application())
        .put("pagerCpu", placement.pager())
        .put("exporterCpu", placement.exporter())
        .put("spins", placement.spins())
        .put("rounds", plan.rounds())
        .put("faults", plan.faults())
        .put("warmUpFaults", plan.warmUpFaults())
        .put("seed", plan.seed())
        .put("encrypted", plan.encrypted())
        .put("copies", plan.copies().label())
        .put("transport", plan.way().transport().name().toLowerCase(Locale.ROOT))
        .putObjects("tiers", tiers.stream().map(FaultFigures::toJson).toList())
        .putObjects("largerBlocks", largerBlocks.stream().map(FaultFigures::toJson).toList())
        .put("resultHash", Long.toHexString(hash));
  }
}
