package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.PagerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program with many threads in faults and a garbage collection always under way. It needs no
 * large memory for that, so its sizes are the small ones whatever the scale.
 */
final class BusyProgram {
  private static final String THREADS = "8";
  private static final Scale SIZES = Scale.QUICK;

  /** So often the memory that one program leases, because it is kept a while for a dead one. */
  private static final int LEASES = 8;

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Child child;

  private BusyProgram(Child child) {
    this.child = child;
  }

  /** An exporter for such programs, which soon forgets the dead ones. */
  static LocalExporter startExporter(Stage stage) throws IOException {
    return LocalExporter.start(
        stage.workplace(), LEASES * SIZES.remoteMib(), "--lease-seconds", "3");
  }

  /** A path for such a program. */
  static String path(Stage stage, LocalExporter exporter, String options) {
    return stage.path(SIZES, exporter, options);
  }

  /** Starts one that goes on for an hour. */
  static BusyProgram endless(Stage stage, String path) throws IOException {
    return start(stage, memcheck(stage, path).with("--gc-loop", "--seconds", "3600").command());
  }

  /** Starts a command that ends with such a program. */
  static BusyProgram start(Stage stage, List<String> command) throws IOException {
    List<String> words = new ArrayList<>();
    // A shell that starts this in the background would have it ignore Ctrl-C.
    words.addAll(List.of("env", "--default-signal=INT"));
    words.addAll(command);
    return new BusyProgram(stage.start(words));
  }

  /** One round of memcheck with eight threads. */
  static JavaProgram memcheck(Stage stage, String path) {
    return stage
        .emp("bench", "memcheck", "--mode", "rand_rw", "--announce", "--path", path)
        .with("--size-mib", Long.toString(SIZES.sizeMib() / 2))
        .with("--threads", THREADS, "--seed", Long.toString(stage.seed()))
        .with("--operations", Long.toString(SIZES.operations()));
  }

  Child child() {
    return child;
  }

  /** Waits for its first access; false if it ended before. */
  boolean awaitWork() {
    return awaitPhase("");
  }

  /** Waits for a phase; false if it ended before. */
  boolean awaitPhase(String name) {
    return child.awaitLine(line -> line.startsWith("phase " + name), START_LIMIT).isPresent();
  }

  /** Kills the pager that serves it, and waits for the next one; false if there was none. */
  boolean killPager() {
    Optional<ProcessHandle> pager = runningPager();
    pager.ifPresent(ProcessHandle::destroyForcibly);
    for (int i = 0; i < 500 && runningPager().equals(pager) && pager.isPresent(); i++) {
      sleep(10);
    }
    return pager.isPresent();
  }

  private Optional<ProcessHandle> runningPager() {
    return child
        .process()
        .descendants()
        .filter(PagerProcess::is)
        .filter(ProcessHandle::isAlive)
        .findFirst();
  }

  /** Everything it has started. */
  List<ProcessHandle> descendants() {
    return child.process().descendants().toList();
  }

  /** Whether all of these are gone, at once or within two seconds. */
  static boolean areGone(List<ProcessHandle> processes) {
    for (int i = 0; i < 200; i++) {
      if (processes.stream().noneMatch(ProcessHandle::isAlive)) {
        return true;
      }
      sleep(10);
    }
    return false;
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
