package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.Bench;
import io.elasticmemory.samples.bench.BenchRequest;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.Ground;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;

/** What the commands of {@code emp bench} do once their options are known. */
final class BenchRunner {
  private BenchRunner() {}

  /** Measures something. */
  @FunctionalInterface
  interface Measuring {
    Findings run() throws IOException;
  }

  /** Measures something with files and processes of its own. */
  @FunctionalInterface
  interface MeasuringAt {
    Findings run(Workplace workplace) throws IOException;
  }

  /** Runs a workload on the ground of its options; see {@link #run(JsonTarget, Measuring)}. */
  static int run(BenchRequest request, BenchOptions options, JsonTarget json) throws IOException {
    return run(
        json,
        () -> {
          try (Ground ground = options.openGround()) {
            return new Bench(request, ground, options.progress(ground)).run();
          }
        });
  }

  /** Measures at a workplace of its own; see {@link #run(JsonTarget, Measuring)}. */
  static int runAt(JsonTarget json, MeasuringAt measuring) throws IOException {
    return run(
        json,
        () -> {
          try (Workplace workplace = Workplace.create()) {
            return measuring.run(workplace);
          }
        });
  }

  /**
   * Measures, shows people what was found, and writes it for programs if that was asked for; a file
   * that cannot be written is refused before anything is measured. Returns the exit code.
   */
  static int run(JsonTarget json, Measuring measuring) throws IOException {
    json.check();
    Findings findings = measuring.run();
    findings.print(json.people());
    json.write(findings.toJson());
    return findings.isSuccess() ? 0 : EmpMain.EXIT_FAILED;
  }
}
