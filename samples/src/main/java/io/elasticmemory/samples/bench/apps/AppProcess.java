package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.stat.Counted;
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
  private static final Duration END_MAX = Duration.ofSeconds(30);
  private static final String DONE = "done ";

  private final Workplace workplace;
  private final BuiltApps built;

  AppProcess(Workplace workplace, BuiltApps built) {
    this.workplace = workplace;
    this.built = built;
  }

  /** Runs it with these options of the JVM, which may name the agent. */
  AppRun run(App app, List<String> jvmOptions, long seed, long dataMib) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", built.classPath(app), app.mainClass()));
    command.addAll(List.of(Long.toString(seed), Long.toString(dataMib)));
    long start = System.nanoTime();
    Child child = Child.start(workplace, new ProcessBuilder(command));
    Optional<String> line = child.awaitLine(said -> said.startsWith(DONE), RUN_MAX);
    double seconds = (System.nanoTime() - start) / 1e9;
    AppRun run = line.isEmpty() ? failed() : finished(child, line.get(), seconds);
    child.process().getOutputStream().close();
    return withWords(run, child.await(END_MAX));
  }

  private static AppRun failed() {
    return new AppRun("", 0, 0, 0, 0, 0, "");
  }

  private static AppRun finished(Child child, String line, double seconds) {
    String[] words = line.split(" ");
    long pid = child.process().pid();
    long heldBytes = 0;
    long evictedBytes = 0;
    for (Counted counted : count(pid)) {
      long slots =
          counted.get(Counter.slotsRemote)
              + counted.get(Counter.slotsSsd)
              + counted.get(Counter.slotsCompressed);
      heldBytes += slots * counted.blockBytes();
      evictedBytes +=
          (counted.get(Counter.evictionsClean) + counted.get(Counter.evictionsDirty))
              * counted.blockBytes();
    }
    return new AppRun(
        words[1],
        Long.parseLong(words[2]),
        seconds,
        heldBytes,
        evictedBytes,
        ProcessMemory.anonymousBytes(pid),
        "");
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
    boolean isGood = run.hasEnded() && ended.exitCode() == 0;
    return new AppRun(
        isGood ? run.hash() : "",
        run.dataBytes(),
        run.seconds(),
        run.heldBytes(),
        run.evictedBytes(),
        run.ordinaryBytes(),
        ofAgent.orElseGet(() -> isGood ? "" : describe(ended)));
  }

  /** The exception says more than where it was thrown. */
  private static String describe(Child.Ended ended) {
    return ended.err().stream()
        .filter(line -> line.contains("Error") || line.contains("Exception"))
        .findFirst()
        .orElseGet(ended::describe);
  }
}
