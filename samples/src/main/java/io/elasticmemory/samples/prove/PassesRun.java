package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import java.io.IOException;
import java.util.Map;

/** Runs {@link PassesMain} and reads its result. */
final class PassesRun {
  private PassesRun() {}

  /** Runs it; empty if it failed, which has been said then. */
  static Map<String, String> run(Stage stage, String path, long partMib, int passes)
      throws IOException {
    Child.Ended ended =
        stage.run(
            new JavaProgram(PassesMain.class.getName())
                .jvm("-Xmx256m")
                .with(path, Long.toString(stage.scale().sizeMib()))
                .with(Long.toString(partMib), Integer.toString(passes))
                .with(Long.toString(stage.seed())));
    Map<String, String> json = JsonObject.readFlat(ended.out());
    if (ended.exitCode() != 0 || !json.containsKey("wrongWords")) {
      stage.check(false, path + ": " + ended.describe());
      return Map.of();
    }
    stage.check(
        MemcheckRun.number(json, "wrongWords") == 0, json.get("wrongWords") + " wrong words");
    return json;
  }
}
