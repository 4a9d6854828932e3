package io.elasticmemory.tiering.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FailpointTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void holdsTheProcessThatPassesForTheNthTimeUntilItIsLetGo() throws Exception {
    Path file = folder.resolve("points");
    Failpoints points = Failpoints.create(file);
    points.arm(Failpoint.FETCH_SENT, 3);
    Process process = walker(file).start();
    try (BufferedReader said = said(process)) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> points.held(Failpoint.FETCH_SENT) == process.pid());
      assertThat(said.readLine()).isEqualTo("passed 1");
      assertThat(said.readLine()).isEqualTo("passed 2");
      assertThat(said.ready()).isFalse();
      assertThat(points.held(Failpoint.FETCH_ENDED)).isZero();

      points.release(Failpoint.FETCH_SENT);

      assertThat(said.readLine()).isEqualTo("passed 3");
      assertThat(said.readLine()).isEqualTo("passed 4");
      assertThat(process.waitFor()).isZero();
      assertThat(points.held(Failpoint.FETCH_SENT)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void holdsNobodyWhoDoesNotServe() throws Exception {
    Path file = folder.resolve("points");
    Failpoints.create(file).arm(Failpoint.FETCH_SENT, 1);
    ProcessBuilder builder = walker(file);
    builder.command().add("standby");
    Process process = builder.start();
    try {
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aProcessDoesNotStartWithAFileThatIsNone() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "no points");
    Process process = walker(file).redirectErrorStream(true).start();
    try (BufferedReader said = said(process)) {
      assertThat(said.lines().toList()).anyMatch(line -> line.contains("9 bytes are not a file"));
      assertThat(process.waitFor()).isNotZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theFirstPassageIsOne() throws IOException {
    Failpoints points = Failpoints.create(folder.resolve("points"));
    assertThatThrownBy(() -> points.arm(Failpoint.FETCH_SENT, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("passage 0");
  }

  private static ProcessBuilder walker(Path file) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path"),
            Walker.class.getName());
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().put(Failpoint.VARIABLE, file.toString());
    return builder;
  }

  private static BufferedReader said(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Passes a point four times. */
  static final class Walker {
    private static final int TIMES = 4;

    public static void main(String[] arguments) {
      if (arguments.length == 0) {
        Failpoint.serve();
      }
      for (int i = 1; i <= TIMES; i++) {
        Failpoint.FETCH_SENT.reach();
        System.out.println("passed " + i);
      }
    }
  }
}
