package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.time.Duration;

/** Item 7, first part: pagers are killed one after the other, and the program goes on. */
final class PagerDeathItem implements Item {
  private static final int MOMENT_MILLIS_MAX = 1000;

  /** A pager's life in this item: until its moment, and the start of the next one. */
  private static final double SECONDS_EACH = 1.5;

  private static final Duration END_LIMIT = Duration.ofMinutes(5);

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "pagers killed while eight threads check every word and System.gc() runs in a loop";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LocalExporter exporter = BusyProgram.startExporter(stage);
    int deaths = stage.scale().deaths();
    long seconds = Math.round(deaths * SECONDS_EACH) + 10;
    BusyProgram program =
        BusyProgram.start(
            stage,
            BusyProgram.memcheck(stage, BusyProgram.path(stage, exporter, ""))
                .with("--gc-loop", "--seconds", Long.toString(seconds))
                .command());
    int killed = 0;
    if (program.awaitWork()) {
      while (killed < deaths && program.child().process().isAlive()) {
        BusyProgram.sleep(stage.random().nextInt(MOMENT_MILLIS_MAX));
        killed += program.killPager() ? 1 : 0;
      }
    }
    Child.Ended end = program.child().await(END_LIMIT);
    stage.check(
        killed == deaths && end.exitCode() == 0,
        "%d of %d pagers killed; no wrong word, and the program ended with %s"
            .formatted(killed, deaths, end.describe()));
  }
}
