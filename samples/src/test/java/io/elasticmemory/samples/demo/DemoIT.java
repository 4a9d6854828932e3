package io.elasticmemory.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a process, ended by Ctrl-C. That it finishes is shown by {@code emp prove space}. */
@Timeout(600)
class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path directory;

  @Test
  void leavesNothingBehindAfterCtrlC() throws IOException {
    Files.writeString(directory.resolve("text.txt"), "some words of text ".repeat(100_000));
    try (Workplace workplace = Workplace.create(directory)) {
      Child demo = Child.start(workplace, new ProcessBuilder(command()));
      String space = demo.awaitLine(line -> line.startsWith("space"), LIMIT).orElseThrow();
      Path spill = Path.of(space.replaceAll(".*\\|(/[^:]*):.*", "$1"));
      assertThat(spill.getParent()).isDirectory();
      List<ProcessHandle> started = awaitDescendants(demo.process(), 3);
      workplace.start(new ProcessBuilder("kill", "-INT", Long.toString(demo.process().pid())));
      assertThat(demo.await(LIMIT).timedOut()).isFalse();
      assertThat(spill.getParent()).doesNotExist();
      assertThat(started).noneMatch(DemoIT::isAliveAfterAWhile);
    }
  }

  @Test
  void saysWhatToPassWhenThereIsTooLittleText() throws IOException {
    Files.writeString(directory.resolve("text.txt"), "few words");
    try (Workplace workplace = Workplace.create(directory)) {
      Child.Ended ended = Child.start(workplace, new ProcessBuilder(command())).await(LIMIT);
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err())
          .singleElement()
          .asString()
          .contains("9 bytes of text")
          .contains("pass a directory or zip archive");
    }
  }

  private List<String> command() {
    // What runs the tests may have been told to ignore Ctrl-C.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(
        new JavaProgram("io.elasticmemory.samples.EmpMain")
            .jvm("-Xmx128m")
            .with("demo", directory.toString())
            .command());
    return words;
  }

  /** The exporter, the program and its pager. */
  private static List<ProcessHandle> awaitDescendants(Process process, int count) {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<ProcessHandle> descendants = process.descendants().toList();
    while (descendants.size() < count && System.nanoTime() < end) {
      pause();
      descendants = process.descendants().toList();
    }
    return descendants;
  }

  private static boolean isAliveAfterAWhile(ProcessHandle process) {
    for (int i = 0; i < 3000 && process.isAlive(); i++) {
      pause();
    }
    return Optional.of(process).filter(ProcessHandle::isAlive).isPresent();
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
