package io.elasticmemory.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PinningTest {
  private final LinuxProcesses processes = new LinuxProcesses();

  @Test
  void pinsEveryThreadOfAProcess() throws Exception {
    int cpu = firstCpu(Path.of("/proc/self/status"));
    Process program = startThreads();
    try {
      assertThat(program.getInputStream().read()).isEqualTo('!');

      processes.pinProcess(program.pid(), cpu);

      List<String> cpus = cpusOfThreads(program.pid());
      assertThat(cpus).hasSizeGreaterThan(2).containsOnly(Integer.toString(cpu));
    } finally {
      program.destroyForcibly().waitFor();
    }
  }

  @Test
  void refusesAProcessThatHasEnded() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();

    assertThatThrownBy(() -> processes.pinProcess(ended.pid(), 0))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("process " + ended.pid() + " has ended");
  }

  @Test
  void refusesACpuThatNoMaskHasRoomFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> processes.pinProcess(1, 1024))
        .withMessageContaining("CPU 1024");
  }

  /** A program with some threads, as every JVM has, that waits for its end. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String... arguments) throws IOException {
      System.out.write('!');
      System.out.flush();
      System.in.read();
    }
  }

  private static Process startThreads() throws Exception {
    Path classes =
        Path.of(PinningTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String java = ProcessHandle.current().info().command().orElseThrow();
    return new ProcessBuilder(java, "-Xmx16m", "-cp", classes.toString(), Waiting.class.getName())
        .start();
  }

  private static List<String> cpusOfThreads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.map(task -> cpus(task.resolve("status"))).toList();
    }
  }

  private static int firstCpu(Path status) {
    return Integer.parseInt(cpus(status).split("[-,]")[0]);
  }

  private static String cpus(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.replaceAll(".*:\\s*", ""))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
