package io.elasticmemory.samples.bench.footprint;

import io.elasticmemory.samples.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a run.
 *
 * @param sizeMib data in each space
 * @param dramMib DRAM for it
 * @param footprints of each size of blocks
 */
public record FootprintResult(long sizeMib, long dramMib, List<Footprint> footprints) {
  public FootprintResult {
    footprints = List.copyOf(footprints);
  }

  /** Shows it to people. */
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
    out.flush();
  }

  /** The object for {@code --json}. */
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
        .putObjects("spaces", footprints.stream().map(Footprint::toJson).toList());
  }
}
