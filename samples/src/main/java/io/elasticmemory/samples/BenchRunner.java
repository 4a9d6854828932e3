package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.Bench;
import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.bench.BenchResult;
import io.elasticmemory.samples.bench.BenchTable;
import io.elasticmemory.samples.bench.Ground;
import java.io.IOException;

/** What the workload commands do once their options are known. */
final class BenchRunner {
  private BenchRunner() {}

  /** Runs it, reports, and returns the exit code. */
  static int run(BenchRequest request, BenchOptions options, JsonTarget json) throws IOException {
    json.check();
    BenchResult result;
    try (Ground ground = options.openGround()) {
      result = new Bench(request, ground, options.progress(ground)).run();
    }
    new BenchTable(result, json.people()).print();
    json.write(result.toJson());
    return result.isRight() ? 0 : EmpMain.EXIT_FAILED;
  }
}
