package io.elasticmemory.samples.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path parent;
  private Workplace workplace;

  @BeforeEach
  void openWorkplace() throws IOException {
    workplace = Workplace.create(parent);
  }

  @AfterEach
  void closeWorkplace() {
    workplace.close();
  }

  @Test
  void keepsWhatAProcessSaysAndHowItEnded() throws IOException {
    Child.Ended ended = run("echo one; echo two; echo three >&2; exit 7").await(LONG);
    assertThat(ended.exitCode()).isEqualTo(7);
    assertThat(ended.out()).isEqualTo("one\ntwo");
    assertThat(ended.err()).containsExactly("three");
    assertThat(ended.timedOut()).isFalse();
    assertThat(ended.describe()).isEqualTo("exit code 7, last words: three");
  }

  @Test
  void endsAProcessWhoseTimeIsOver() throws IOException {
    Child child = run("read never");
    Child.Ended ended = child.await(Duration.ofMillis(50));
    assertThat(ended.timedOut()).isTrue();
    assertThat(child.process().isAlive()).isFalse();
    assertThat(ended.describe()).isEqualTo("did not end in time");
  }

  @Test
  void saysWhichSignalEndedAProcess() throws IOException {
    assertThat(run("kill -9 $$").await(LONG).exitCode()).isEqualTo(128 + 9);
  }

  @Test
  void waitsForALine() throws IOException {
    Child child = run("echo a; echo 'port 17'; read never");
    assertThat(child.awaitLine(line -> line.startsWith("port "), LONG)).contains("port 17");
    assertThat(child.awaitLine(line -> line.equals("b"), Duration.ofMillis(50))).isEmpty();
  }

  @Test
  void doesNotWaitForALineOfAProcessThatHasEnded() throws IOException {
    assertThat(run("echo a").awaitLine(line -> line.equals("b"), LONG)).isEmpty();
  }

  private Child run(String script) throws IOException {
    return Child.start(workplace, new ProcessBuilder("sh", "-c", script));
  }
}
