package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Item 7, second part: the application can be ended like any other program. */
final class SignalItem implements Item {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "Ctrl-C and SIGTERM end the application, and nothing is left";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LocalExporter exporter = BusyProgram.startExporter(stage);
    for (String signal : List.of("INT", "TERM")) {
      BusyProgram program = BusyProgram.endless(stage, BusyProgram.path(stage, exporter, ""));
      if (!stage.check(program.awaitWork(), "SIG" + signal + ": the program has begun")) {
        continue;
      }
      BusyProgram.sleep(stage.random().nextInt(1000));
      List<ProcessHandle> started = program.descendants();
      long pid = program.child().process().pid();
      long start = System.nanoTime();
      stage.run(List.of("kill", "-" + signal, Long.toString(pid)));
      Child.Ended ended = program.child().await(LIMIT);
      double seconds = (System.nanoTime() - start) / 1e9;
      stage.check(
          !ended.timedOut() && BusyProgram.areGone(started),
          String.format(
              Locale.ROOT, "SIG%s: gone after %.2f s, %s", signal, seconds, ended.describe()));
    }
  }
}
