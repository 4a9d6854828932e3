package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Item 5: garbage is collected all the time during memcheck, with every collector of the JDK. */
final class CollectorsItem implements Item {
  private static final List<String> COLLECTORS =
      List.of("Serial", "Parallel", "G1", "Z", "Shenandoah");

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "System.gc() in a loop during memcheck, with every collector";
  }

  @Override
  public void show(Stage stage) throws IOException {
    // Between two collections a thread gets little more than one page.
    Scale sizes = stage.scale().isQuick() ? Scale.TINY : Scale.QUICK;
    LocalExporter exporter = stage.startExporter();
    for (String collector : COLLECTORS) {
      String option = "-XX:+Use" + collector + "GC";
      if (!isThere(stage, option)) {
        stage.say("        this JDK has no " + collector + " collector");
        continue;
      }
      MemcheckRun run = new MemcheckRun(stage, sizes, collector, stage.path(sizes, exporter, ""));
      run.program().jvm(option).with("--mode", "rand_rw", "--gc-loop");
      Map<String, String> json = run.run();
      if (!json.isEmpty()) {
        stage.check(
            MemcheckRun.number(json, "collections") > 0,
            collector + ": " + json.get("collections") + " collections meanwhile");
      }
    }
  }

  /** A JVM refuses to start with a collector that it does not have. */
  private static boolean isThere(Stage stage, String option) throws IOException {
    return stage.run(new JavaProgram("-version").jvm(option)).exitCode() == 0;
  }
}
