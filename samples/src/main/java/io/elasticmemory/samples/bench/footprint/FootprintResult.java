package io.elasticmemory.samples.bench.footprint;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a run.
 *
 * @param sizeMib data in each space
 * @param dramMib DRAM for it
 * @param footprints of each size of blocks
 * @param idle of a space that is left alone
 */
public record FootprintResult(long sizeMib, long dramMib, List<Footprint> footprints, Idle idle)
    implements Findings {
  public FootprintResult {
    footprints = List.copyOf(footprints);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%d MiB of data, all touched, in %d MiB of DRAM%n%n", sizeMib, dramMib);
    out.printf("  %-8s %-9s %12s %10s %11s%n", "block", "subblock", "table", "of data", "pager");
    for (Footprint one : footprints) {
      out.printf(
          Locale.ROOT,
          "  %-8s %-9s %8.1f MiB %8.3f %% %7.1f MiB%n",
          (one.blockBytes() >> 10) + " KiB",
          (one.subblockBytes() >> 10) + " KiB",
          one.tableBytes() / (double) (1 << 20),
          one.tablePercent(),
          one.pagerMib());
    }
    out.printf(
        Locale.ROOT,
        "%n  left alone for %.0f s: %.2f %% of a CPU (application %.2f, pager %.2f, exporter"
            + " %.2f)%n",
        idle.seconds(),
        idle.percent(),
        100 * idle.applicationCpuSeconds() / idle.seconds(),
        100 * idle.pagerCpuSeconds() / idle.seconds(),
        100 * idle.exporterCpuSeconds() / idle.seconds());
    out.flush();
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("workload", "footprint")
            .put("sizeMib", sizeMib)
            .put("dramMib", dramMib)
            .put("rounds", 1);
    for (Footprint one : footprints) {
      json.put("tablePercent" + (one.blockBytes() >> 10) + "k", one.tablePercent());
    }
    return json.put(
            "pagerMib", footprints.stream().mapToDouble(Footprint::pagerMib).max().orElse(0))
        .put("idleSeconds", idle.seconds())
        .put("idlePercent", idle.percent())
        .put("applicationCpuSeconds", idle.applicationCpuSeconds())
        .put("pagerCpuSeconds", idle.pagerCpuSeconds())
        .put("exporterCpuSeconds", idle.exporterCpuSeconds())
        .putObjects("spaces", footprints.stream().map(Footprint::toJson).toList());
  }
}
