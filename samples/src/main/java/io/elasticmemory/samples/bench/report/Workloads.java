package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs workloads of {@code emp bench}, each in a JVM of its own, so that none meets code that was
 * compiled for another. What was run once is not run again: rows and sections share it. Nothing is
 * started after the end of the time that was given.
 */
public final class Workloads {
  private static final String EMP = "io.elasticmemory.samples.EmpMain";
  private static final int EXIT_REFUSED = 2;

  /** A ladder has swap or a cgroup to clear away, and swap takes a while. */
  private static final Duration CLEAR_MAX = Duration.ofSeconds(60);

  private static final Duration OUTPUT_MAX = Duration.ofSeconds(10);

  private final Workplace workplace;
  private final boolean isQuick;
  private final Duration limit;
  private final Consumer<String> progress;
  private final long startNanos = System.nanoTime();
  private final Map<List<String>, Run> runs = new LinkedHashMap<>();

  /**
   * Workloads of one report.
   *
   * @param workplace where their JVMs live
   * @param isQuick whether sizes are to be such that figures say nothing
   * @param limit for all together
   * @param progress told what begins
   */
  Workloads(Workplace workplace, boolean isQuick, Duration limit, Consumer<String> progress) {
    this.workplace = workplace;
    this.isQuick = isQuick;
    this.limit = limit;
    this.progress = progress;
  }

  /** What became of one: its JSON, or why there is none. */
  private record Run(String json, boolean isFailure) {}

  /** Whether this is a trial in which figures do not count. */
  public boolean isQuick() {
    return isQuick;
  }

  /** Where files and processes may be. */
  Workplace workplace() {
    return workplace;
  }

  /** One of two words, by whether figures count. */
  public String choose(String full, String quick) {
    return isQuick ? quick : full;
  }

  /**
   * What a workload has found.
   *
   * @param words what follows {@code emp bench}, without {@code --json}
   * @throws NotMeasuredException if it could not be run, with its own words
   */
  public JsonTree run(String... words) throws IOException, NotMeasuredException {
    List<String> key = List.of(words);
    Run run = runs.get(key);
    if (run == null) {
      run = start(key);
      runs.put(key, run);
    }
    if (run.json.startsWith("{")) {
      return JsonTree.parse(run.json);
    }
    throw run.isFailure
        ? NotMeasuredException.failed(run.json)
        : NotMeasuredException.leftOut(run.json);
  }

  /** Time since the first could have begun. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** What is not there of what was to be measured so far, for people: whole runs, and cells. */
  List<String> leftOut() {
    List<String> lines = new ArrayList<>();
    runs.forEach(
        (words, run) -> {
          if (run.json.startsWith("{")) {
            LeftOutCells.of(words, JsonTree.parse(run.json)).forEach(lines::add);
          } else {
            lines.add("`%s`: %s".formatted(command(words), run.json));
          }
        });
    return lines;
  }

  private static String command(List<String> words) {
    return "bin/emp bench " + String.join(" ", words);
  }

  /** The commands that were run, for people who want to repeat them. */
  List<String> commands() {
    return runs.keySet().stream().map(Workloads::command).toList();
  }

  private Run start(List<String> words) throws IOException {
    Duration left = limit.minus(elapsed());
    if (!left.isPositive()) {
      return new Run("the %d minutes were over".formatted(limit.toMinutes()), false);
    }
    progress.accept(
        "[%d of %d min] %s".formatted(elapsed().toMinutes(), limit.toMinutes(), command(words)));
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(words);
    all.addAll(List.of("--json", "-"));
    JavaProgram program = new JavaProgram(EMP).jvm("-Xmx1g").with(all.toArray(String[]::new));
    return outcome(
        words, Child.start(workplace, new ProcessBuilder(program.command()), CLEAR_MAX), left);
  }

  private Run outcome(List<String> words, Child child, Duration left) {
    boolean isInTime = awaitEnd(child.process(), left);
    Child.Ended ended = child.await(OUTPUT_MAX);
    String json = ended.out().strip();
    if (!isInTime) {
      String reason = "emp bench %s was ended when the %d minutes were over";
      return new Run(reason.formatted(String.join(" ", words), limit.toMinutes()), false);
    }
    // With code 1 it may have found a part of what it looked for, and says which.
    if (ended.exitCode() != EXIT_REFUSED && json.startsWith("{")) {
      return new Run(json, false);
    }
    boolean isFailure = ended.exitCode() != EXIT_REFUSED;
    String reason = "emp bench " + String.join(" ", words) + ": " + ended.describe();
    return new Run(reason, isFailure);
  }

  /** One that is late is asked to end. */
  private static boolean awaitEnd(Process process, Duration left) {
    try {
      if (process.waitFor(left.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Workplace.end(process, CLEAR_MAX);
    return false;
  }
}
