package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.apps.App;
import io.elasticmemory.samples.bench.apps.AppRow;
import io.elasticmemory.samples.bench.apps.AppsBench;
import io.elasticmemory.samples.bench.apps.AppsPlan;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** Runs libraries of others with the agent and without. */
final class LibraryRuns {
  private LibraryRuns() {}

  /** Each of them with so much data, changed as told; every row must be good. */
  static void show(Stage stage, long dataMib, UnaryOperator<AppsPlan> change) throws IOException {
    show(stage, List.of(App.values()), dataMib, change);
  }

  /** The same with some of them. */
  static void show(Stage stage, List<App> apps, long dataMib, UnaryOperator<AppsPlan> change)
      throws IOException {
    for (App app : apps) {
      AppsPlan plan = change.apply(AppsPlan.of(app, dataMib, stage.seed()));
      for (AppRow row : new AppsBench(plan, stage.workplace(), Progress.NONE).run().rows()) {
        stage.check(row.isGood(), row.describe());
      }
    }
  }
}
