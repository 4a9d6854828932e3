package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** Throughput of eight faulting threads as a multiple of that of one, each at its best. */
record ThreadsRow(String name, String title, Target target, String placement) implements Row {
  private static final int ROUNDS = 5;

  @Override
  public List<Estimate> estimates() {
    return List.of(new Estimate("threads", 50));
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree json =
        workloads.run(
            "threads",
            "--tier",
            "exporter",
            "--threads",
            "1,8",
            "--shards",
            workloads.choose("1,2", "1"),
            "--pin",
            workloads.choose("one,two,none", "none"),
            "--faults",
            workloads.choose("20000", "400"),
            "--rounds",
            workloads.choose(Integer.toString(ROUNDS), "1"));
    JsonTree tier = json.get("tiers").each().getFirst();
    return new Measurement(tier.number("speedup8"), (int) json.number("rounds"));
  }
}
