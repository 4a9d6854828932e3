package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.workload.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Item 3: the same while the budget goes to and fro. */
final class ResizeItem implements Item {
  private static final int SECONDS_MIN = 8;

  /** Four sizes, one of which is reached at once. */
  private static final int SECONDS_MIN_OF_TESTS = 4;

  @Override
  public int number() {
    return 3;
  }

  @Override
  public String title() {
    return "the same while the budget goes to and fro, a second after it was reached";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LocalExporter exporter = stage.startExporter();
    List<Mode> modes = stage.scale().isQuick() ? List.of(Mode.RAND_RW) : List.of(Mode.values());
    for (String block : MemcheckItem.BLOCKS) {
      for (Mode mode : modes) {
        show(stage, exporter, mode, block);
      }
    }
  }

  private static void show(Stage stage, LocalExporter exporter, Mode mode, String block)
      throws IOException {
    String name = mode.label() + ", " + block;
    MemcheckRun run = new MemcheckRun(stage, name, stage.path(exporter));
    int seconds = stage.scale().isForTests() ? SECONDS_MIN_OF_TESTS : SECONDS_MIN;
    run.program()
        .with("--mode", mode.label(), "--block", block)
        .with("--seconds", Integer.toString(seconds))
        .with("--resize-min-mib", Long.toString(stage.scale().resizeMinMib()))
        .with("--resize-max-mib", Long.toString(stage.scale().resizeMaxMib()));
    Map<String, String> json = run.run();
    if (!json.isEmpty()) {
      stage.check(
          MemcheckRun.number(json, "shrinks") > 0,
          name
              + ": "
              + json.get("resizes")
              + " sizes reached, shrinking at "
              + json.get("shrinkMibPerSecond")
              + " MiB/s");
    }
  }
}
