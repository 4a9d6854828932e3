package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code emp stat} beside a real program with a space, whose blocks come and go. */
/** One program for all but one of them. */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class StatCommandIT {
  private static final Path LAUNCHER = Path.of("../bin/emp").toAbsolutePath().normalize();
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int DONOR_MIB = 192;

  @TempDir private Path folder;

  private Workplace workplace;
  private LocalExporter exporter;
  private Child program;
  private String pid;

  @BeforeAll
  void startAProgram() throws IOException {
    workplace = Workplace.create();
    exporter = LocalExporter.start(workplace, 2 * DONOR_MIB);
    program = startProgram();
    pid = Long.toString(program.process().pid());
  }

  private Child startProgram() throws IOException {
    Child started =
        start(
            emp("bench", "memcheck", "--mode", "rand", "--skew", "20,80", "--seed", "5")
                .with("--operations", "1000000000", "--size-mib", "64", "--threads", "2")
                .with("--path", "dram:16?block=16k|" + exporter.entry(DONOR_MIB))
                .with("--announce")
                .command());
    assertThat(started.awaitLine(line -> line.startsWith("phase "), LIMIT)).isPresent();
    return started;
  }

  @AfterAll
  void endTheProgram() {
    workplace.close();
  }

  private static JavaProgram emp(String... words) {
    return new JavaProgram(EmpMain.class.getName()).with(words);
  }

  private Child start(List<String> command) throws IOException {
    return Child.start(workplace, new ProcessBuilder(command));
  }

  @Test
  void showsWhatTheProgramsSpaceDoes() throws InterruptedException {
    JsonTree space = awaitEstimates();
    assertThat(space.number("blockBytes")).isEqualTo(16 << 10);
    assertThat(space.number("budgetBytes")).isEqualTo(16 << 20);
    assertThat(space.number("residentBytes")).isBetween(4.0 * (1 << 20), 16.0 * (1 << 20));
    assertThat(space.number("faultsRemote")).isPositive();
    assertThat(space.number("waitNanosRemote")).isPositive();
    assertThat(space.number("slotsRemote")).isBetween(48.0 * 64, (double) DONOR_MIB * 64);
    double slots = space.number("slotsRemote") + space.number("slotsFreeRemote");
    assertThat(slots).isEqualTo(DONOR_MIB * 64);
    assertThat(ProcessHandle.of((long) space.number("pagerPid"))).isPresent();
    // Sizes are small and the sample with them: only the order is certain.
    assertThat(space.number("missesAtHalf")).isGreaterThan(space.number("missesCounted"));
    assertThat(space.number("missesAtTwice")).isLessThan(space.number("missesCounted"));
    Cli emp = new Cli();
    assertThat(emp.run("stat", pid)).isZero();
    assertThat(emp.out())
        .contains("process " + pid, "DRAM", "remote", "misses", "(counted)", "estimated from");
  }

  /** Looks again until there is enough in the sample. */
  private JsonTree awaitEstimates() throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Cli cli = new Cli();
      assertThat(cli.run("stat", pid, "--json", "-")).as(cli.err()).isZero();
      JsonTree json = JsonTree.parse(cli.out());
      assertThat(json.number("pid")).isEqualTo(Long.parseLong(pid));
      JsonTree space = json.get("spaces").each().getFirst();
      if (!space.get("missesAtHalf").isNull() && space.number("missesSampled") > 20_000) {
        return space;
      }
      assertThat(System.nanoTime()).as("still: %s", cli.err()).isLessThan(end);
      Thread.sleep(200);
    }
  }

  @Test
  void watchesUntilCtrlC() throws IOException {
    Child stat = start(interruptible(emp("stat", pid, "--watch", "0.2").command()));
    assertThat(stat.awaitLines(line -> line.startsWith("process " + pid + ","), 2, LIMIT)).isTrue();
    start(List.of("kill", "-INT", Long.toString(stat.process().pid()))).await(LIMIT);
    Child.Ended ended = stat.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(program.process().isAlive()).isTrue();
  }

  @Test
  void watchesUntilTheProgramEnds() throws IOException {
    Path file = folder.resolve("stat.json");
    Child ending = startProgram();
    String own = Long.toString(ending.process().pid());
    Child stat = start(emp("stat", own, "--watch", "0.2", "--json", file.toString()).command());
    assertThat(stat.awaitLines(line -> line.startsWith("process " + own + ","), 2, LIMIT)).isTrue();
    ending.process().destroyForcibly();
    Child.Ended ended = stat.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isZero();
    assertThat(ended.err()).containsExactly("process " + own + " has closed its space");
    assertThat(JsonTree.parse(Files.readString(file)).number("pid")).isPositive();
  }

  @Test
  void refusesAProcessOfSomebodyElse() throws IOException {
    assumeThat(start(asNobody("true")).await(LIMIT).exitCode()).as("can be nobody").isZero();
    assumeThat(start(asNobody(LAUNCHER + " --version")).await(LIMIT).exitCode()).isZero();
    Child.Ended ended = start(asNobody(LAUNCHER + " stat " + pid)).await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(2);
    assertThat(ended.err())
        .singleElement()
        .asString()
        .contains("process " + pid + " may not be looked at", "root");
  }

  private static List<String> asNobody(String command) {
    return List.of("sh", "-c", "setpriv --reuid=65534 --clear-groups " + command);
  }

  /** A shell that starts this in the background would have it ignore Ctrl-C. */
  private static List<String> interruptible(List<String> command) {
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(command);
    return words;
  }
}
