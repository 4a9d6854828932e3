package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.workload.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
  public void show(Stage stage) throws Exception {
    // Small runs mostly wait, for a disk and for each other: one for each size side by side.
    int atOnce = stage.scale().isQuick() ? BLOCKS.size() : 1;
    LocalExporter exporter = stage.startExporter(atOnce);
    boolean usedBoth = true;
    try (ExecutorService lanes = Executors.newFixedThreadPool(atOnce)) {
      List<Callable<Boolean>> sizes = new ArrayList<>();
      BLOCKS.forEach(block -> sizes.add(() -> show(stage, exporter, block)));
      for (Future<Boolean> size : lanes.invokeAll(sizes)) {
        usedBoth &= size.get();
      }
    }
    stage.check(usedBoth, "every run used the exporter and the spill file");
  }

  /**
   * All of them; with the tests every second one, in turn, so that each is there with some size.
   */
  private static List<Mode> modes(Stage stage, String block) {
    int first = BLOCKS.indexOf(block) % 2;
    return Arrays.stream(Mode.values())
        .filter(mode -> !stage.scale().isForTests() || mode.ordinal() % 2 == first)
        .toList();
  }

  /** Every mode with one size. Returns whether each run used both lower tiers. */
  private static boolean show(Stage stage, LocalExporter exporter, String block)
      throws IOException {
    boolean usedBoth = true;
    for (Mode mode : modes(stage, block)) {
      MemcheckRun run = new MemcheckRun(stage, mode.label() + ", " + block, stage.path(exporter));
      run.program().with("--mode", mode.label(), "--block", block);
      Map<String, String> json = run.run();
      usedBoth &=
          !json.isEmpty()
              && MemcheckRun.number(json, "bytesToRemote") > 0
              && MemcheckRun.number(json, "bytesToSsd") > 0;
    }
    return usedBoth;
  }
}
