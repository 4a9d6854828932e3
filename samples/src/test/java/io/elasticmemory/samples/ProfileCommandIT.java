package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.profile.Lookup;
import io.elasticmemory.samples.stat.ObservedAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code emp profile} and {@code emp top} beside a program with the agent that has faults. */
/** One program for all of them, so one after the other: an agent takes one profile at a time. */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class ProfileCommandIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path folder;

  private Workplace workplace;
  private String pid;
  private Cli emp;

  @BeforeAll
  void startAProgram() throws Exception {
    workplace = Workplace.create();
    pid = Long.toString(start().process().pid());
  }

  /** A program of its own, for a test that ends it. */
  private Child start() throws Exception {
    Path classes =
        Path.of(Lookup.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path spill = Files.createTempDirectory(workplace.directory(), "own").resolve("spill");
    String path = "dram:16|" + spill + ":256:0";
    Child program =
        Child.start(
            workplace,
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + AgentJar.find() + "=path=" + path,
                "-cp",
                classes.toString(),
                Lookup.class.getName()));
    assertThat(program.awaitLine("filled"::equals, LIMIT)).isPresent();
    return program;
  }

  @AfterAll
  void endTheProgram() {
    workplace.close();
  }

  @BeforeEach
  void takeACommand() {
    emp = new Cli();
  }

  @Test
  void namesTheMethodThatHasTheFaultsFirst() throws IOException {
    Path flame = folder.resolve("faults.svg");
    assertThat(
            emp.run("profile", pid, "--seconds", "2", "--text", "-", "--flame", flame.toString()))
        .as(emp.err())
        .isZero();
    String first = emp.out().lines().skip(1).findFirst().orElseThrow();
    assertThat(first).contains("Lookup.looksUp:", "ssd");
    assertThat(emp.out()).contains("Lookup.main:");
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("faults looked at in 2 s", " ms");
    assertThat(Files.readString(flame)).startsWith("<?xml").contains("Lookup.looksUp:", "[ssd]");
  }

  @Test
  void writesTheTableToAFile() throws IOException {
    Path table = folder.resolve("faults.txt");
    assertThat(emp.run("profile", pid, "--seconds", "1", "--text", table.toString())).isZero();
    assertThat(emp.out()).isEmpty();
    assertThat(Files.readString(table)).contains("Lookup.looksUp:");
  }

  @Test
  void takesOneProfileAtATimeAndWaitsForNoneWhoseCommandWasKilled() throws Exception {
    Child killed =
        Child.start(
            workplace,
            new ProcessBuilder(
                new JavaProgram(EmpMain.class.getName())
                    .with("profile", pid, "--seconds", "3600")
                    .command()));
    awaitProfile(pid);
    assertThat(emp.run("profile", pid, "--seconds", "0.1")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("try again when it is done");
    assertThat(killed.process().isAlive()).as("the first goes on").isTrue();
    killed.process().destroyForcibly();
    assertThat(killed.await(LIMIT).exitCode()).isEqualTo(137);

    long end = System.nanoTime() + LIMIT.toNanos();
    while (profile() != 0) {
      assertThat(System.nanoTime()).as("others wait for it no more").isLessThan(end);
      Thread.sleep(100);
    }
  }

  /** The command has asked for it. */
  private static void awaitProfile(String of) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (ObservedAgent agent = ObservedAgent.of(Long.parseLong(of), false).orElseThrow()) {
      while (!agent.isProfiled()) {
        assertThat(System.nanoTime()).as("nobody has asked for a profile").isLessThan(end);
        Thread.sleep(50);
      }
    }
  }

  private int profile() {
    return new Cli().run("profile", pid, "--seconds", "0.1");
  }

  @Test
  void statAndTopSayWhatTheAgentGave() throws IOException {
    assertThat(emp.run("stat", pid)).as(emp.err()).isZero();
    assertThat(emp.out()).contains("1 allocations of 1.0 MiB and more, 0 freed, 48.0 MiB in use");
    Cli json = new Cli();
    assertThat(json.run("stat", pid, "--json", "-")).isZero();
    assertThat(JsonTree.parse(json.out()).number("agentUsedBytes")).isEqualTo(48 << 20);
    Cli top = new Cli();
    assertThat(top.run("top", "--once")).as(top.err()).isZero();
    assertThat(top.out().lines().filter(line -> line.strip().startsWith(pid + " ")))
        .singleElement()
        .asString()
        .contains("Lookup", "48.0");
  }

  @Test
  void topGoesOnUntilCtrlC() throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(new JavaProgram(EmpMain.class.getName()).with("top").command());
    Child top = Child.start(workplace, new ProcessBuilder(command));
    assertThat(top.awaitLines(line -> line.strip().startsWith(pid + " "), 2, LIMIT)).isTrue();
    Child.start(workplace, new ProcessBuilder("kill", "-INT", Long.toString(top.process().pid())))
        .await(LIMIT);
    Child.Ended ended = top.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out().lines().filter(line -> line.strip().startsWith(pid + " ")))
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(line -> assertThat(line).contains("Lookup", "48.0"));
  }

  @Test
  void aPagerHasNoProfile() {
    Cli json = new Cli();
    assertThat(json.run("stat", pid, "--json", "-")).isZero();
    JsonTree space = JsonTree.parse(json.out()).get("spaces").each().getFirst();
    String pager = Long.toString((long) space.number("pagerPid"));
    assertThat(emp.run("profile", pager, "--seconds", "1")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("no agent", "emp attach");
  }

  @Test
  void saysThatTheProgramHasEnded() throws Exception {
    Child program = start();
    String own = Long.toString(program.process().pid());
    List<String> command =
        new JavaProgram(EmpMain.class.getName())
            .with("profile", own, "--seconds", "3600")
            .command();
    Child profile = Child.start(workplace, new ProcessBuilder(command));
    awaitProfile(own);
    program.process().destroyForcibly();
    Child.Ended ended = profile.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(1);
    assertThat(ended.err()).containsExactly("emp profile: process " + own + " has ended");
  }
}
