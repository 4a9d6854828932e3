package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pager that ends is replaced; where it cannot be, the application ends with one line. */
class PagerDeathTest {
  private static final int KILLED = 128 + 9;
  private static final long APPLICATION_MILLIS_MAX = 1_000;

  /** The watcher's shell and its two parts, and the pager. */
  private static final int PROCESSES = 4;

  private static final Duration WAIT = Duration.ofSeconds(60);

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

  private static final String LOST =
      "emp: the pager has ended and no other can be started; the memory of this process is lost, so"
          + " it is ended too";

  /** Kills all that serves a space but the application, the pager last. */
  private static void killAll(ChildJvm child, ProcessHandle pager) {
    List<ProcessHandle> others =
        child.handle().descendants().filter(each -> !each.equals(pager)).toList();
    others.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(others);
    pager.destroyForcibly();
  }

  /** A java command that starts pagers until there is a file of a name. */
  private Path javaUntil(Path end) throws Exception {
    Path java = directory.resolve("java");
    String own = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Files.writeString(
        java, "#!/bin/sh\n[ -e '" + end + "' ] && exit 1\nexec '" + own + "' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return java;
  }

  @Test
  void theDeathOfAPagerThatCannotBeReplacedEndsTheApplicationWithOneLine() throws Exception {
    Path end = directory.resolve("end");
    List<String> options = List.of("-Demp.pager.java=" + javaUntil(end));
    try (ChildJvm child = ChildJvm.start(options, ChildProgram.class, "fault", path(), "2")) {
      ProcessHandle pager = pager(child);
      Files.createFile(end);
      pager.destroyForcibly();

      assertThat(child.exitCode()).isEqualTo(KILLED);
      assertThat(child.errors()).filteredOn(line -> line.startsWith("emp: ")).containsExactly(LOST);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anApplicationSurvivesTheKillOfItsPagers(boolean standby) throws Exception {
    List<String> options = List.of("-Demp.pager.standby=" + standby);
    try (ChildJvm child = ChildJvm.start(options, ChildProgram.class, "check", path(), "4")) {
      long serving = pager(child).pid();
      List<String> progress = new ArrayList<>();
      for (int killed = 0; killed < 5; killed++) {
        ProcessHandle.of(serving).orElseThrow().destroyForcibly();
        serving = awaitOther(child, serving, progress);
      }
      System.out.println("pager, accesses, and milliseconds the slowest took: " + progress);
      assertThat(child.handle().isAlive()).isTrue();
    }
  }

  /** Until another pager serves and accesses go on. */
  private static long awaitOther(ChildJvm child, long before, List<String> progress)
      throws Exception {
    long end = System.nanoTime() + WAIT.toNanos();
    long serving = before;
    for (int seen = 0; seen < 2; ) {
      Thread.sleep(200);
      child.writeLine();
      String line = child.readLine();
      String[] words = line.split(" ");
      assertThat(words).as(line).hasSize(3);
      serving = Long.parseLong(words[0]);
      seen += serving != before && Long.parseLong(words[1]) > 0 ? 1 : 0;
      progress.add(line);
      assertThat(System.nanoTime()).as("%s, it said %s", progress, line).isLessThan(end);
    }
    return serving;
  }

  @Test
  void aStandbyEndsAPagerThatStandsStillAndTakesOver() throws Exception {
    List<String> options = List.of("-Demp.pager.standby=true");
    try (ChildJvm child = ChildJvm.start(options, ChildProgram.class, "check", path(), "4")) {
      ProcessHandle first = pager(child);
      Awaitility.await().atMost(WAIT).until(() -> pagers(child) == 2);
      send("STOP", first.pid());

      awaitOther(child, first.pid(), new ArrayList<>());
      assertThat(first.isAlive()).isFalse();
    }
  }

  @Test
  void eachPagerOfASpaceWithAStandbyHasAnUndertakerUntilTheSpaceIsClosed() throws Exception {
    List<String> options = List.of("-Demp.pager.standby=true");
    try (ChildJvm child = ChildJvm.start(options, ChildProgram.class, "close", path())) {
      pager(child);
      Awaitility.await().atMost(WAIT).until(() -> named("emp-undertaker", child).size() == 2);
      List<ProcessHandle> undertakers = named("emp-undertaker", child);
      child.writeLine();

      assertThat(child.readLine()).isEqualTo("closed");
      assertThat(child.errors()).isEmpty();
      awaitEnd(undertakers);
    }
  }

  private static long pagers(ChildJvm child) {
    return named("java", child).size();
  }

  private static List<ProcessHandle> named(String name, ChildJvm child) {
    return child.handle().descendants().filter(each -> name(each).equals(name)).toList();
  }

  /** Its undertaker has another one. */
  private static String name(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).strip();
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  @Test
  void theDeathOfAllPagersEndsAnApplicationWhoseThreadsFaultWhileItCollectsWithinASecond()
      throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (ChildJvm child = start("fault", "8")) {
        ProcessHandle pager = pager(child);
        Thread.sleep(round * 70L);
        long begun = System.nanoTime();
        killAll(child, pager);
        assertThat(child.exitCode()).isEqualTo(KILLED);
        millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        assertThat(child.errors()).isEmpty();
      }
    }
    long most = Math.round(APPLICATION_MILLIS_MAX * crowd());
    System.out.println("applications ended milliseconds after their pagers: " + millis);
    // Of three, because a busy machine may stand still in one of them.
    assertThat(Collections.min(millis)).as("of %s", millis).isLessThanOrEqualTo(most);
    assertThat(Collections.max(millis)).as("of %s", millis).isLessThan(WAIT.toMillis());
  }

  /** How many threads want each CPU, at least one: dying takes CPU time like everything else. */
  private static double crowd() throws Exception {
    String load = Files.readString(Path.of("/proc/loadavg"));
    double wanting = Double.parseDouble(load.substring(0, load.indexOf(' ')));
    return Math.max(1, wanting / Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalToTheWholeGroupEndsTheApplicationAndThenThePager(String signal) throws Exception {
    try (ChildJvm child = start("fault", "2")) {
      ProcessHandle pager = pager(child);
      List<ProcessHandle> all = child.handle().descendants().toList();
      assertThat(all).hasSize(PROCESSES).contains(pager);

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
      assertThat(all).hasSize(PROCESSES);

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
    String path = "dram:4?faultTimeoutMillis=3000|" + directory.resolve("spill") + ":128:0";
    try (ChildJvm child = ChildJvm.start(List.of(), ChildProgram.class, "fault", path, "4")) {
      ProcessHandle pager = pager(child);
      send("STOP", pager.pid());
      Thread.sleep(5_000);
      send("CONT", pager.pid());

      assertThat(child.ends(3_500)).as("ends, although nothing was lost").isFalse();
      assertThat(pager.isAlive()).isTrue();
    }
  }

  @Test
  void aPagerThatDiesWhileItsSpaceIsClosedHarmsNobody() throws Exception {
    try (ChildJvm child = start("close")) {
      ProcessHandle pager = pager(child);
      send("STOP", pager.pid());
      child.writeLine();
      Thread.sleep(200);
      pager.destroyForcibly();

      assertThat(child.readLine()).isEqualTo("closed");
      assertThat(child.exitCode()).isZero();
      assertThat(child.errors()).noneMatch(line -> line.startsWith("emp: "));
    }
  }

  private static void send(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    assertThat(kill.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitEnd(List<ProcessHandle> processes) {
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> processes.stream().allMatch(PagerDeathTest::hasEnded));
  }

  /** Also if nobody has taken notice of it yet. */
  static boolean hasEnded(ProcessHandle process) {
    try {
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return status.charAt(status.lastIndexOf(')') + 2) == 'Z' || !process.isAlive();
    } catch (IOException e) {
      return true;
    }
  }
}
