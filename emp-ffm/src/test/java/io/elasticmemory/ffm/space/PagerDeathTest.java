package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends, the other ends with it, and says why in one line at most. */
class PagerDeathTest {
  private static final int KILLED = 128 + 9;
  private static final long APPLICATION_MILLIS_MAX = 1_000;
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  private String path() {
    return "dram:4|" + directory.resolve("spill") + ":128:0";
  }

  private ChildJvm start(String program, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 2];
    all[0] = program;
    all[1] = path();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return ChildJvm.start(List.of(), ChildProgram.class, all);
  }

  private static ProcessHandle pager(ChildJvm child) throws Exception {
    return ProcessHandle.of(Long.parseLong(child.readLine())).orElseThrow();
  }

  /** Kills the pager and returns how many milliseconds later the application had ended. */
  private static long killPager(ChildJvm child, ProcessHandle pager) throws Exception {
    long start = System.nanoTime();
    pager.destroyForcibly();
    assertThat(child.exitCode()).isEqualTo(KILLED);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertThat(child.errors())
        .containsExactly(
            "emp: the pager has ended; the memory of this process is lost, so it is ended too");
    return millis;
  }

  @Test
  void theDeathOfThePagerEndsAnIdleApplicationWithOneLine() throws Exception {
    try (ChildJvm child = start("idle")) {
      long _ = killPager(child, pager(child));
    }
  }

  @Test
  void theDeathOfThePagerEndsAnApplicationWhoseThreadsFaultWhileItCollectsWithinASecond()
      throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (ChildJvm child = start("fault", "8")) {
        ProcessHandle pager = pager(child);
        Thread.sleep(round * 70L);
        millis.add(killPager(child, pager));
      }
    }
    long most = Math.round(APPLICATION_MILLIS_MAX * crowd());
    System.out.println("applications ended milliseconds after their pagers: " + millis);
    assertThat(millis).allMatch(each -> each <= most, "within " + most + " ms");
  }

  /** How many threads want each CPU, at least one: dying takes CPU time like everything else. */
  private static double crowd() throws Exception {
    String load = Files.readString(Path.of("/proc/loadavg"));
    double wanting = Double.parseDouble(load.substring(0, load.indexOf(' ')));
    return Math.max(1, wanting / Runtime.getRuntime().availableProcessors());
  }

  @Test
  void theKernelAloneEndsTheApplicationWhenTheWatcherIsGone() throws Exception {
    try (ChildJvm child = start("fault", "2")) {
      ProcessHandle pager = pager(child);
      List<ProcessHandle> others =
          child.handle().descendants().filter(each -> !each.equals(pager)).toList();
      assertThat(others).hasSize(1);
      others.getFirst().destroyForcibly();
      awaitEnd(others);

      pager.destroyForcibly();

      assertThat(child.exitCode()).isEqualTo(KILLED);
      assertThat(child.errors()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalToTheWholeGroupEndsTheApplicationAndThenThePager(String signal) throws Exception {
    try (ChildJvm child = start("fault", "2")) {
      ProcessHandle pager = pager(child);
      List<ProcessHandle> all = child.handle().descendants().toList();
      assertThat(all).hasSize(2).contains(pager);

      for (ProcessHandle process : all) {
        send(signal, process.pid());
      }
      assertThat(pager.isAlive()).as("the pager ignores it").isTrue();
      send(signal, child.pid());

      assertThat(child.exitCode()).isNotZero();
      assertThat(child.errors()).isEmpty();
      awaitEnd(all);
    }
  }

  @Test
  void theKillOfTheApplicationEndsPagerAndWatcher() throws Exception {
    try (ChildJvm child = start("fault", "2")) {
      pager(child);
      List<ProcessHandle> all = child.handle().descendants().toList();
      assertThat(all).hasSize(2);

      child.handle().destroyForcibly();

      assertThat(child.exitCode()).isEqualTo(KILLED);
      awaitEnd(all);
      assertThat(child.errors()).isEmpty();
    }
  }

  @Test
  void anApplicationThatLeavesEndsPagerAndWatcher() throws Exception {
    try (ChildJvm child = start("leave")) {
      ProcessHandle pager = pager(child);

      assertThat(child.exitCode()).isEqualTo(7);
      assertThat(child.errors()).isEmpty();
      awaitEnd(List.of(pager));
    }
  }

  @Test
  void aPagerThatStoodStillAsAWholeGoesOn() throws Exception {
    String path = "dram:4?faultTimeoutMillis=1000|" + directory.resolve("spill") + ":128:0";
    try (ChildJvm child = ChildJvm.start(List.of(), ChildProgram.class, "fault", path, "4")) {
      ProcessHandle pager = pager(child);
      send("STOP", pager.pid());
      Thread.sleep(5_000);
      send("CONT", pager.pid());

      assertThat(child.ends(1_500)).as("ends, although nothing was lost").isFalse();
      assertThat(pager.isAlive()).isTrue();
    }
  }

  @Test
  void aPagerThatDiesWhileItsSpaceIsClosedHarmsNobody() throws Exception {
    try (ChildJvm child = start("close")) {
      ProcessHandle pager = pager(child);
      send("STOP", pager.pid());
      child.writeLine();
      // The watcher is dismissed when nothing but the pager's answer is missing.
      Awaitility.await()
          .atMost(WAIT)
          .until(() -> child.handle().children().filter(ProcessHandle::isAlive).count() == 1);
      pager.destroyForcibly();

      assertThat(child.readLine()).isEqualTo("closed");
      assertThat(child.exitCode()).isZero();
      assertThat(child.errors()).isEmpty();
    }
  }

  private static void send(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    assertThat(kill.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitEnd(List<ProcessHandle> processes) {
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }
}
