package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedAgent;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts a program in a JVM of its own, waits for its result, and looks at it before it ends. */
final class AppProcess {
  private static final Duration RUN_MAX = Duration.ofHours(1);
  private static final Duration END_MAX = Duration.ofMinutes(2);
  private static final Duration ATTACH_MAX = Duration.ofMinutes(3);

  /** The agent brings its page up to date more often. */
  private static final int PAGE_MILLIS = 600;

  private static final int PAGE_STEP_MILLIS = 100;
  private static final int LATE_PAGE_MILLIS_MAX = 5_000;

  private static final String DONE = "done ";

  private final Workplace workplace;
  private final BuiltApps built;
  private final App app;
  private final long dataMib;
  private final long seed;

  AppProcess(Workplace workplace, BuiltApps built, App app, long dataMib, long seed) {
    this.workplace = workplace;
    this.built = built;
    this.app = app;
    this.dataMib = dataMib;
    this.seed = seed;
  }

  /** Runs it with these options of the JVM, which may name the agent. */
  AppRun run(List<String> jvmOptions) throws IOException {
    return await(start(jvmOptions, List.of()), "");
  }

  /** Runs it with these options of the JVM, and gives it the agent after so many seconds. */
  AppRun attach(List<String> jvmOptions, int seconds, String path, String min) throws IOException {
    Child child = start(jvmOptions, List.of("busy"));
    if (child.awaitLine(said -> said.startsWith(DONE), Duration.ofSeconds(seconds)).isPresent()) {
      return await(child, "it ended before the agent came");
    }
    JavaProgram attach =
        new JavaProgram("io.elasticmemory.samples.EmpMain")
            .jvm("-Xmx64m")
            .with("attach", Long.toString(child.process().pid()))
            .with("--path", path, "--min", min);
    Child.Ended ended =
        Child.start(workplace, new ProcessBuilder(attach.command())).await(ATTACH_MAX);
    // Its next run is the last: with the agent from its beginning.
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    return await(child, ended.exitCode() == 0 ? "" : "emp attach: " + ended.describe());
  }

  private Child start(List<String> jvmOptions, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", built.classPath(app), app.mainClass()));
    command.addAll(List.of(Long.toString(seed), Long.toString(dataMib)));
    command.addAll(more);
    return Child.start(workplace, new ProcessBuilder(command));
  }

  private AppRun await(Child child, String words) throws IOException {
    long start = System.nanoTime();
    Optional<String> line = child.awaitLine(said -> said.startsWith(DONE), RUN_MAX);
    double seconds = (System.nanoTime() - start) / 1e9;
    AppRun run = line.isEmpty() ? failed(words) : finished(child, line.get(), seconds, words);
    child.process().getOutputStream().close();
    return withWords(run, child.await(END_MAX));
  }

  private static AppRun failed(String words) {
    return new AppRun("", 0, 0, 0, 0, 0, 0, words);
  }

  private static AppRun finished(Child child, String line, double seconds, String words) {
    String[] found = line.split(" ");
    long pid = child.process().pid();
    long dataBytes = Long.parseLong(found[2]);
    long spaceBytes = givenBytes(pid, dataBytes);
    long leftBytes = 0;
    long evictedBytes = 0;
    for (Counted counted : count(pid)) {
      long slots =
          counted.get(Counter.slotsRemote)
              + counted.get(Counter.slotsSsd)
              + counted.get(Counter.slotsCompressed);
      leftBytes += slots * counted.blockBytes();
      evictedBytes +=
          (counted.get(Counter.evictionsClean) + counted.get(Counter.evictionsDirty))
              * counted.blockBytes();
    }
    return new AppRun(
        found[1],
        dataBytes,
        seconds,
        spaceBytes,
        leftBytes,
        evictedBytes,
        ProcessMemory.anonymousBytes(pid),
        words);
  }

  /**
   * What the agent has given and not got back, when it has had time to say so: more time while it
   * seems to be less than all data, because the machine may be busy.
   */
  private static long givenBytes(long pid, long dataBytes) {
    Optional<ObservedAgent> agent = ObservedAgent.of(pid, false);
    if (agent.isEmpty()) {
      return 0;
    }
    try (ObservedAgent page = agent.get()) {
      for (int slept = 0;
          slept < PAGE_MILLIS
              || page.given().usedBytes() < dataBytes && slept < LATE_PAGE_MILLIS_MAX;
          slept += PAGE_STEP_MILLIS) {
        Thread.sleep(PAGE_STEP_MILLIS);
      }
      return page.given().usedBytes();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** None without the agent, and if the agent could not open one. */
  private static List<Counted> count(long pid) {
    List<ObservedSpace> spaces;
    try {
      spaces = ObservedSpace.of(pid);
    } catch (EmpException e) {
      return List.of();
    }
    try {
      return spaces.stream().map(ObservedSpace::count).flatMap(Optional::stream).toList();
    } finally {
      spaces.forEach(ObservedSpace::close);
    }
  }

  private static AppRun withWords(AppRun run, Child.Ended ended) {
    Optional<String> ofAgent =
        ended.err().stream().filter(line -> line.startsWith("emp: ")).findFirst();
    String warned = warning(ended);
    boolean isGood =
        run.hasEnded() && ended.exitCode() == 0 && run.words().isEmpty() && warned.isEmpty();
    String words = run.words().isEmpty() && !isGood ? describe(ended) + warned : run.words();
    return new AppRun(
        isGood ? run.hash() : "",
        run.dataBytes(),
        run.seconds(),
        run.spaceBytes(),
        run.leftBytes(),
        run.evictedBytes(),
        run.ordinaryBytes(),
        ofAgent.orElse(words));
  }

  /** What {@code -Xcheck:jni} complains of; empty if of nothing. */
  private static String warning(Child.Ended ended) {
    return ended
        .out()
        .lines()
        .filter(line -> line.startsWith("WARNING") || line.startsWith("FATAL"))
        .findFirst()
        .map(line -> ", " + line)
        .orElse("");
  }

  /** The exception says more than where it was thrown. */
  private static String describe(Child.Ended ended) {
    return ended.err().stream()
        .filter(line -> line.contains("Error") || line.contains("Exception"))
        .findFirst()
        .orElseGet(ended::describe);
  }
}
