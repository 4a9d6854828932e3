package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code emp attach} beside a real program that knows nothing of EMP. */
@Timeout(600)
class AttachCommandIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Cli emp = new Cli();
  private Workplace workplace;

  @BeforeEach
  void makeAWorkplace() throws IOException {
    workplace = Workplace.create();
  }

  @AfterEach
  void endIt() {
    workplace.close();
  }

  private Child start(String... options) throws IOException {
    Child child =
        Child.start(
            workplace,
            new ProcessBuilder(
                new JavaProgram(LingeringMain.class.getName()).jvm(options).command()));
    assertThat(child.awaitLine("ready"::equals, LIMIT)).isPresent();
    return child;
  }

  private static String pid(Child child) {
    return Long.toString(child.process().pid());
  }

  @Test
  void givesARunningProgramASpace() throws IOException {
    Child program = start("-XX:+EnableDynamicAgentLoading");

    assertThat(emp.run("attach", pid(program), "--path", "dram:64")).isZero();
    assertThat(emp.out()).contains("process " + pid(program) + " has a space now");
    // By which it would have known that a slow start goes on.
    assertThat(AttachCommand.hasPager(program.process().toHandle())).isTrue();

    try (Writer input = program.process().outputWriter()) {
      input.write("go on\n");
    }
    Child.Ended ended = program.await(LIMIT);
    assertThat(ended.out()).isEqualTo("ready\n8 MiB in a space: true");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void changesNothingInAProgramThatHasASpace() throws IOException {
    Child program = start("-XX:+EnableDynamicAgentLoading");

    assertThat(emp.run("attach", pid(program), "--path", "dram:64")).isZero();
    Cli again = new Cli();
    assertThat(again.run("attach", pid(program), "--path", "dram:128")).isZero();
    assertThat(again.out()).contains("has a space already");
  }

  @Test
  void saysThatTheProgramDoesNotAllowIt() throws IOException {
    Child program = start("-XX:-EnableDynamicAgentLoading");

    assertThat(emp.run("attach", pid(program), "--path", "dram:64"))
        .isEqualTo(EmpMain.EXIT_REFUSED);
    assertThat(emp.err())
        .contains("cannot be loaded into process " + pid(program))
        .contains("emp run")
        .hasLineCount(1);
  }

  @Test
  void saysThatTheProgramGotNoSpaceAndGivesItOneLater() throws IOException {
    Child program = start("-XX:+EnableDynamicAgentLoading");

    assertThat(emp.run("attach", pid(program), "--path", "dram:64|127.0.0.1:256:1"))
        .isEqualTo(EmpMain.EXIT_FAILED);
    assertThat(emp.err()).contains("got no space; it has said why on its standard error");

    Cli again = new Cli();
    assertThat(again.run("attach", pid(program), "--usermode", "--path", "dram:64")).isZero();
    assertThat(again.out()).contains("has a space now");
  }

  @Test
  void refusesAProcessThatIsNone() {
    assertThat(emp.run("attach", "4194305", "--path", "dram:64")).isEqualTo(EmpMain.EXIT_REFUSED);
    assertThat(emp.err()).contains("there is no process 4194305");
  }
}
