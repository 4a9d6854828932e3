package io.elasticmemory.samples.bench.safepoint;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.Median;
import io.elasticmemory.samples.bench.safepoint.SafepointBench.Waited;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param waits of each way to wait, in their order
 * @param pagerCpuSeconds of the pager, from its start
 * @param exporterCpuSeconds of the exporter, from its start
 * @param pagerPssBytes memory of the pager at the end
 * @param exporterPssBytes memory of the exporter at the end
 * @param hash over all that was read
 */
public record SafepointResult(
    SafepointPlan plan,
    Map<Access, List<Waited>> waits,
    double pagerCpuSeconds,
    double exporterCpuSeconds,
    long pagerPssBytes,
    long exporterPssBytes,
    long hash)
    implements Findings {

  /** What waiting this way adds to a collection: above what one takes while nobody waits. */
  double addedMillis(Access access) {
    return median(access, Waited::gcMillis) - median(Access.NONE, Waited::gcMillis);
  }

  private double median(Access access, ToDoubleFunction<Waited> figure) {
    return Median.of(waits.getOrDefault(access, List.of()).stream().mapToDouble(figure).toArray());
  }

  private double max(Access access) {
    return waits.getOrDefault(access, List.of()).stream()
        .mapToDouble(Waited::gcMillis)
        .max()
        .orElse(0);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "System.gc() while a thread waits for a donor that is late by %d ms, nothing pinned,"
            + " medians of %d rounds%n%n",
        plan.lateMillis(),
        plan.rounds());
    String row = "  %-6s %10s %12s %10s %10s%n";
    out.printf(row, "", "wait ms", "longest gc", "slowest", "added ms");
    for (Access access : Access.values()) {
      out.printf(
          row,
          access.label(),
          decimals(median(access, Waited::waitMillis)),
          decimals(median(access, Waited::gcMillis)),
          decimals(max(access)),
          decimals(addedMillis(access)));
    }
    out.flush();
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("workload", "safepoint")
            .put("lateMillis", plan.lateMillis())
            .put("rounds", plan.rounds());
    for (Access access : List.of(Access.PLAIN, Access.LOAD, Access.SCAN)) {
      json.put(access.label() + "AddedMillis", addedMillis(access));
    }
    return json.putObjects("waits", waits.keySet().stream().map(this::toJson).toList())
        .put("pagerCpuSeconds", pagerCpuSeconds)
        .put("exporterCpuSeconds", exporterCpuSeconds)
        .put("pagerPssBytes", pagerPssBytes)
        .put("exporterPssBytes", exporterPssBytes)
        .put("resultHash", Long.toHexString(hash));
  }

  private JsonObject toJson(Access access) {
    return new JsonObject()
        .put("access", access.label())
        .put("waitMillis", median(access, Waited::waitMillis))
        .put("gcMillis", median(access, Waited::gcMillis))
        .put("gcMillisMax", max(access))
        .put("collections", median(access, Waited::collections))
        .put("addedMillis", addedMillis(access));
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
