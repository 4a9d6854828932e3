package io.elasticmemory.samples.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
  @TempDir private Path parent;

  @Test
  void leavesNothingBehind() throws IOException {
    Process process;
    try (Workplace workplace = Workplace.create(parent)) {
      Files.createDirectories(workplace.directory().resolve("a/b"));
      Files.writeString(workplace.directory().resolve("a/b/file"), "x");
      process = workplace.start(new ProcessBuilder("sleep", "100"));
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(process.isAlive()).isFalse();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void waitsForAProcessThatHasSomethingToClearAway() throws IOException {
    Path cleared = parent.resolve("cleared");
    String script = "trap 'sleep 1; echo done > " + cleared + "; exit' TERM; echo ready; read x";
    try (Workplace workplace = Workplace.create(parent)) {
      Process process =
          workplace.start(new ProcessBuilder("bash", "-c", script), Duration.ofSeconds(30));
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
    }
    assertThat(cleared).hasContent("done");
  }

  @Test
  void killsAProcessWhosePatienceIsOver() throws IOException {
    Process process;
    try (Workplace workplace = Workplace.create(parent)) {
      String script = "trap '' TERM; echo ready; while true; do sleep 1; done";
      process = workplace.start(new ProcessBuilder("bash", "-c", script), Duration.ofMillis(100));
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
    }
    assertThat(process.isAlive()).isFalse();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
  }

  @Test
  void undoesTheLastChangeFirstAndBeforeItsDirectoryIsGone() throws IOException {
    List<String> undone = new ArrayList<>();
    try (Workplace workplace = Workplace.create(parent)) {
      for (String name : List.of("a", "b", "c")) {
        Path file = workplace.directory().resolve(name);
        workplace.make(
            change(() -> Files.writeString(file, name), () -> undone.add(Files.readString(file))));
      }
    }
    assertThat(undone).containsExactly("c", "b", "a");
  }

  @Test
  void undoesAChangeOnlyOnce() throws IOException {
    List<String> undone = new ArrayList<>();
    try (Workplace workplace = Workplace.create(parent)) {
      Workplace.Made made = workplace.make(change(() -> {}, () -> undone.add("once")));
      made.close();
      made.close();
    }
    assertThat(undone).containsExactly("once");
  }

  @Test
  void undoesAChangeThatFailedHalfway() throws IOException {
    List<String> undone = new ArrayList<>();
    try (Workplace workplace = Workplace.create(parent)) {
      Workplace.Change failing =
          change(
              () -> {
                throw new IOException("half");
              },
              () -> undone.add("half"));
      assertThatThrownBy(() -> workplace.make(failing)).hasMessage("half");
      assertThat(undone).containsExactly("half");
    }
  }

  @Test
  void triesAgainInTheEndWhatCouldNotBeUndone() throws IOException {
    List<String> tries = new ArrayList<>();
    try (Workplace workplace = Workplace.create(parent)) {
      Workplace.Made made =
          workplace.make(
              change(
                  () -> {},
                  () -> {
                    tries.add("try");
                    if (tries.size() == 1) {
                      throw new IOException("busy");
                    }
                  }));
      assertThatThrownBy(made::close).hasMessage("busy");
    }
    assertThat(tries).hasSize(2);
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void changesNothingWhenItIsClosed() throws IOException {
    Workplace workplace = Workplace.create(parent);
    workplace.close();
    assertThatThrownBy(() -> workplace.make(change(() -> {}, () -> {})))
        .hasMessageContaining("ending");
  }

  /** Something that may fail. */
  private interface Step {
    void run() throws IOException;
  }

  private static Workplace.Change change(Step make, Step undo) {
    return new Workplace.Change() {
      @Override
      public void make() throws IOException {
        make.run();
      }

      @Override
      public void undo() throws IOException {
        undo.run();
      }
    };
  }

  @Test
  void endsProcessesThatDoNotWantTo() throws IOException {
    Process process;
    try (Workplace workplace = Workplace.create(parent)) {
      process =
          workplace.start(new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; read never"));
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void startsNothingOnceItIsClosed() throws IOException {
    Workplace workplace = Workplace.create(parent);
    workplace.close();
    workplace.close();
    assertThatThrownBy(() -> workplace.start(new ProcessBuilder("true")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void runsProgramsWithTheJavaAndTheClassesOfThisOne() {
    List<String> command = new JavaProgram("some.Main").jvm("-Xmx64m").with("a", "b").command();
    assertThat(command.getFirst()).startsWith(System.getProperty("java.home"));
    assertThat(command).contains("-Xmx64m", "-cp").endsWith("some.Main", "a", "b");
    assertThat(ClassPath.current()).contains("picocli");
  }

  @Test
  void readsThePortFromTheExportersFirstLine() {
    assertThat(LocalExporter.portOf("listening on 127.0.0.1:4711, 256 MiB")).isEqualTo(4711);
    assertThatThrownBy(() -> LocalExporter.portOf("hello"))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("said 'hello'");
  }

  @Test
  void readsTheMemoryOfAProcess() {
    assertThat(ProcessMemory.pssBytes(List.of("x", "Pss:      12 kB", "Pss_Anon:  1 kB")))
        .isEqualTo(12 << 10);
    assertThat(ProcessMemory.pssBytes(ProcessHandle.current().pid())).isGreaterThan(1 << 20);
    assertThat(ProcessMemory.pssBytes(Integer.MAX_VALUE)).isZero();
    List<String> smaps =
        List.of(
            "7f00-7f01 rw-s 0 00:01 5 /memfd:emp-table (deleted)",
            "Size:  8 kB",
            "Pss:  4 kB",
            "7f02-7f03 rw-s 0 00:01 6 /memfd:other",
            "Size:  100 kB",
            "7f04-7f05 rw-s 0 00:01 7 /memfd:emp-table",
            "Size:  1 kB",
            "Pss:  1 kB");
    assertThat(ProcessMemory.mapped(smaps, "emp-table"))
        .isEqualTo(new ProcessMemory.Mapped(9 << 10, 5 << 10));
    assertThat(ProcessMemory.mapped(smaps, "none")).isEqualTo(new ProcessMemory.Mapped(0, 0));
  }
}
