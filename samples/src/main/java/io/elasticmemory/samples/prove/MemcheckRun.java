package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.BenchResult;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Runs {@code emp bench memcheck} and checks what must hold of every run. */
final class MemcheckRun {
  /** At rest both counts of what is present are the same but for this. */
  private static final long DIFFERENCE_BYTES_MAX = 2 << 20;

  private final Stage stage;
  private final String name;
  private final JavaProgram program;

  /** A run with this path; more options may be added to {@link #program}. */
  MemcheckRun(Stage stage, String name, String path) {
    this(stage, stage.scale(), name, path);
  }

  /** The same with sizes of another scale. */
  MemcheckRun(Stage stage, Scale sizes, String name, String path) {
    this.stage = stage;
    this.name = name;
    this.program =
        stage.emp(
            "bench",
            "memcheck",
            "--path",
            path,
            "--seed",
            Long.toString(stage.seed()),
            "--size-mib",
            Long.toString(sizes.sizeMib()),
            "--threads",
            Integer.toString(sizes.threads()),
            "--operations",
            Long.toString(sizes.operations()),
            "--quiet",
            "--json",
            "-");
  }

  JavaProgram program() {
    return program;
  }

  /** Runs it; empty if it failed, which has been said then. */
  Map<String, String> run() throws IOException {
    Child.Ended ended = stage.run(program);
    Map<String, String> json = JsonObject.readFlat(ended.out());
    if (!json.containsKey("wrongWords")) {
      stage.check(false, name + ": " + ended.describe());
      return Map.of();
    }
    long over = number(json, "residentOverBytesMax");
    long difference = number(json, "residentDifferenceBytes");
    stage.check(
        ended.exitCode() == 0
            && number(json, "wrongWords") == 0
            && over <= BenchResult.OVER_BYTES_MAX
            && Math.abs(difference) <= DIFFERENCE_BYTES_MAX,
        String.format(
            Locale.ROOT,
            "%s: %s wrong words, %.1f s, resident at most %d MiB, %d MiB above what was allowed,"
                + " the pager counts %d KiB less, hash %s",
            name,
            json.get("wrongWords"),
            Double.parseDouble(json.getOrDefault("seconds", "0")),
            number(json, "residentBytesMax") >> 20,
            Math.max(0, over) >> 20,
            difference >> 10,
            json.get("resultHash")));
    return json;
  }

  static long number(Map<String, String> json, String field) {
    String text = json.get(field);
    if (text == null) {
      throw new IllegalStateException("the result has no " + field);
    }
    return Long.parseLong(text);
  }
}
