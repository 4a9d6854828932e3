package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.workload.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Item 2: every mode with every size of blocks; no wrong word, and never above the budget. */
final class MemcheckItem implements Item {
  static final List<String> BLOCKS = List.of("4k", "64k", "2m");

  @Override
  public int number() {
    return 2;
  }

  @Override
  public String title() {
    return "memcheck over an exporter and a spill file: every mode, every size of blocks";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LocalExporter exporter = stage.startExporter();
    boolean usedBoth = true;
    for (String block : BLOCKS) {
      for (Mode mode : Mode.values()) {
        MemcheckRun run = new MemcheckRun(stage, mode.label() + ", " + block, stage.path(exporter));
        run.program().with("--mode", mode.label(), "--block", block);
        Map<String, String> json = run.run();
        usedBoth &=
            !json.isEmpty()
                && MemcheckRun.number(json, "bytesToRemote") > 0
                && MemcheckRun.number(json, "bytesToSsd") > 0;
      }
    }
    stage.check(usedBoth, "every run used the exporter and the spill file");
  }
}
