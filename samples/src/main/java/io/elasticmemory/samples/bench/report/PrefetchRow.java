package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;

/** Random reads with 64 places asked for ahead, as a part of what the disk gives at that depth. */
record PrefetchRow(String name, String title, Target target, String placement) implements Row {
  private static final int ROUNDS = 5;

  @Override
  public List<Estimate> estimates() {
    return List.of(new Estimate("prefetch", 60));
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree json =
        workloads.run(
            "prefetch",
            "--size-mib",
            workloads.choose("4096", "64"),
            "--dram-mib",
            workloads.choose("1024", "16"),
            "--reads",
            workloads.choose("100000", "2000"),
            "--warm-up",
            workloads.choose("400000", "2000"),
            "--rounds",
            workloads.choose(Integer.toString(ROUNDS), "1"));
    return new Measurement(json.number("ratio"), (int) json.number("rounds"));
  }
}
