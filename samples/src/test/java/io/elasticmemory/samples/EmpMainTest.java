package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.EmpVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class EmpMainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsItsVersionFirst() {
    assertThat(emp("--version")).isZero();
    assertThat(out.toString()).startsWith("emp " + EmpVersion.current());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsHelpOnStandardOutput() {
    assertThat(emp("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: emp");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void refusesAnUnknownOptionInOneLineThatNamesIt() {
    assertThat(emp("--no-such-option")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("--no-such-option")
        .contains("--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesToRunWithoutACommand() {
    assertThat(emp()).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("command is missing");
  }

  @Test
  void listsTheCommandsIfItGetsAnother() {
    assertThat(emp("bnech")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(
            "'bnech' is no command; there are run, attach, demo, doctor, exporter, bench, prove,"
                + " chaos, stat, top, profile");
  }

  @Test
  void buildsOnlyTheCommandThatIsNamed() {
    CommandLine stat = EmpMain.commandLine("stat", "1");
    assertThat(stat.getSubcommands()).containsOnlyKeys("stat");
    CommandLine fault = EmpMain.commandLine("bench", "fault");
    assertThat(fault.getSubcommands()).containsOnlyKeys("bench");
    assertThat(fault.getSubcommands().get("bench").getSubcommands()).containsOnlyKeys("fault");
  }

  @Test
  void buildsAllCommandsIfNoneIsNamed() {
    assertThat(EmpMain.commandLine("--help").getSubcommands())
        .containsKeys("run", "bench", "upgrade")
        .extractingByKey("bench")
        .extracting(CommandLine::getSubcommands)
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsKeys("memcheck", "report");
  }

  @Test
  void listsTheWorkloadsIfItGetsAnother() {
    assertThat(emp("bench", "fualt")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("'fualt' is no workload; there are memcheck, touch, fault");
  }

  @Test
  void helpsInWordsToo() {
    Cli help = new Cli();
    assertThat(help.run("help")).isZero();
    assertThat(help.out()).startsWith("Usage: emp").contains("emp help COMMAND");
    Cli bench = new Cli();
    assertThat(bench.run("help", "bench", "memcheck")).isZero();
    assertThat(bench.out()).startsWith("Usage: emp bench memcheck");
  }

  @ParameterizedTest
  @CsvSource({"PATH, 2", "PLATFORM, 2", "DONOR, 2", "CAPACITY, 2", "PAGER, 2", "INTERNAL, 1"})
  void reportsAFailureInOneLineWithTheExitCodeOfItsKind(Kind kind, int exitCode) {
    CommandLine emp = EmpMain.commandLine().addSubcommand(new Failing(kind));
    assertThat(execute(emp, "failing")).isEqualTo(exitCode);
    assertThat(err.toString()).isEqualTo("emp failing: start another exporter\n");
  }

  private int emp(String... arguments) {
    return execute(EmpMain.commandLine(arguments), arguments);
  }

  private int execute(CommandLine emp, String... arguments) {
    return emp.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Command(name = "failing")
  private record Failing(Kind kind) implements Runnable {
    @Override
    public void run() {
      throw new EmpException(kind, "start another exporter");
    }
  }
}
