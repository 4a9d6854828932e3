package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Item 7, first part: with the pager dies the application, quickly and with one line. */
final class PagerDeathItem implements Item {
  private static final double SECONDS_MAX = 1;
  private static final int MOMENT_MILLIS_MAX = 1000;
  private static final Duration HANG = Duration.ofSeconds(20);
  private static final int KILLED = 128 + 9;

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "the pager killed while eight threads fault and System.gc() runs in a loop";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LocalExporter exporter = BusyProgram.startExporter(stage);
    List<Double> seconds = new ArrayList<>();
    int wrong = 0;
    for (int i = 0; i < stage.scale().deaths(); i++) {
      Death death = kill(stage, BusyProgram.path(stage, exporter, ""));
      seconds.add(death.seconds);
      if (!death.isGood()) {
        wrong++;
        stage.say("        death " + (i + 1) + ": " + death.describe());
      }
    }
    seconds.sort(null);
    stage.check(
        wrong == 0,
        String.format(
            Locale.ROOT,
            "%d deaths, %d not as they should be; gone after %.3f s (median), %.3f s (longest)",
            seconds.size(),
            wrong,
            seconds.get(seconds.size() / 2),
            seconds.getLast()));
  }

  private record Death(double seconds, Child.Ended ended, boolean allGone) {
    boolean isGood() {
      return seconds <= SECONDS_MAX
          && ended.exitCode() == KILLED
          && ended.err().size() == 1
          && ended.err().getFirst().startsWith("emp: ")
          && allGone;
    }

    String describe() {
      return String.format(
          Locale.ROOT,
          "after %.3f s %s, %d lines on stderr%s",
          seconds,
          ended.describe(),
          ended.err().size(),
          allGone ? "" : ", processes left behind");
    }
  }

  private static Death kill(Stage stage, String path) throws IOException {
    BusyProgram program = BusyProgram.endless(stage, path);
    if (!program.awaitWork()) {
      return new Death(0, program.child().await(Duration.ZERO), true);
    }
    BusyProgram.sleep(stage.random().nextInt(MOMENT_MILLIS_MAX));
    List<ProcessHandle> started = program.descendants();
    ProcessHandle pager = program.pager();
    long start = System.nanoTime();
    pager.destroyForcibly();
    boolean ended = awaitEnd(program.child().process());
    double seconds = (System.nanoTime() - start) / 1e9;
    Child.Ended end = program.child().await(ended ? HANG : Duration.ZERO);
    return new Death(seconds, end, BusyProgram.areGone(started));
  }

  private static boolean awaitEnd(Process process) {
    try {
      return process.waitFor(HANG);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
