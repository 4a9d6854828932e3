package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatcherScriptTest {
  private static final int SECONDS_MAX = 20;

  /** HUP, INT, QUIT, PIPE and TERM. */
  private static final long TRAPPED = 1L << 0 | 1L << 1 | 1L << 2 | 1L << 12 | 1L << 14;

  private Process application;
  private Process watcher;

  @BeforeEach
  void start() throws IOException {
    application = new ProcessBuilder("sleep", "60").start();
    watcher =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                WatcherScript.TEXT,
                "emp-watcher",
                Long.toString(application.pid()))
            .start();
  }

  @AfterEach
  void end() {
    application.destroyForcibly();
    watcher.destroyForcibly();
  }

  @Test
  void killsWithOneLineWhenAServingPagerEnds() throws Exception {
    say("serving\n");

    assertThat(lastWords())
        .isEqualTo(
            "emp: the pager has ended; the memory of this process is lost, so it is ended too\n");
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void printsTheReasonAndDoesNotWaitForTheEnd() throws Exception {
    OutputStream pipe = watcher.getOutputStream();
    pipe.write("serving\nstop block 17 is lost; 100% of \\n 'copies' $HOME `x`\n".getBytes(UTF_8));
    pipe.flush();

    assertThat(new String(watcher.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("emp: block 17 is lost; 100% of \\n 'copies' $HOME `x`\n");
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void isSilentAfterAFarewell() throws Exception {
    say("serving\nbye\n");

    assertThat(lastWords()).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void isSilentAboutAPagerThatNeverServed() throws Exception {
    say("");

    assertThat(lastWords()).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void passesOverWhatACrashingJvmPrints() throws Exception {
    say("serving\n#\n# A fatal error has been detected by the Java Runtime Environment:\nbye?\n");

    assertThat(lastWords()).startsWith("emp: the pager has ended;").hasLineCount(1);
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void killsAlsoWhenNobodyReadsWhatItPrints() throws Exception {
    OutputStream pipe = watcher.getOutputStream();
    pipe.write("serving\n".getBytes(UTF_8));
    pipe.flush();
    awaitTraps();
    watcher.getErrorStream().close();

    pipe.close();
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void isDeafToTheSignalsOfATerminal() throws Exception {
    OutputStream pipe = watcher.getOutputStream();
    pipe.write("serving\n".getBytes(UTF_8));
    pipe.flush();
    awaitTraps();
    signal("-INT");
    signal("-TERM");
    signal("-HUP");
    signal("-QUIT");

    pipe.close();
    assertThat(lastWords()).startsWith("emp: the pager has ended;");
  }

  /** The shell ignores the signals of {@link #TRAPPED} once it has read its first line. */
  private void awaitTraps() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while ((ignored() & TRAPPED) != TRAPPED) {
      assertThat(System.nanoTime()).as("ignores %x", ignored()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** A bit for each signal the watcher ignores: its own and those its parent ignored. */
  private long ignored() throws IOException {
    Path status = Path.of("/proc/" + watcher.pid() + "/status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .findFirst()
        .orElse(0);
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", name, Long.toString(watcher.pid())).start().waitFor();
  }

  private void say(String lines) throws IOException {
    try (OutputStream pipe = watcher.getOutputStream()) {
      pipe.write(lines.getBytes(UTF_8));
    }
  }

  private String lastWords() throws Exception {
    assertThat(watcher.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    return new String(watcher.getErrorStream().readAllBytes(), UTF_8);
  }

  private boolean applicationIsKilled() throws InterruptedException {
    return application.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && application.exitValue() == 128 + 9;
  }
}
