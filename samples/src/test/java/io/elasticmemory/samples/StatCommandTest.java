package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatCommandTest {
  private final Cli emp = new Cli();

  @Test
  void refusesAProcessThatIsNotThere() {
    // Beyond the highest process id that Linux gives.
    assertThat(emp.run("stat", "4194305")).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .isEqualTo("emp stat: there is no process 4194305; jps lists those of Java");
    assertThat(emp.out()).isEmpty();
  }

  @Test
  void refusesAProcessWithoutASpace() {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(emp.run("stat", pid)).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("process " + pid + " has no space open");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-4", "4294967296", "me", "", "1.5"})
  void refusesWhatIsNoProcessId(String pid) {
    assertThat(emp.run("stat", pid)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(pid);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "-1, 0.1", "NaN, 0.1", "100000, 86400", "soon, soon", "Infinity, 86400"})
  void refusesAPauseThatIsNone(String seconds, String named) {
    assertThat(emp.run("stat", "1", "--watch", seconds)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("--watch", named);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(emp.run("stat")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("PID");
    assertThat(new Cli().run("stat", "1", "2")).isEqualTo(2);
    assertThat(new Cli().run("stat", "1", "--json", "/no/such/folder/file")).isEqualTo(2);
    assertThat(new Cli().run("stat", "1", "--colour")).isEqualTo(2);
  }

  @Test
  void helps() {
    assertThat(emp.run("stat", "--help")).isZero();
    assertThat(emp.out()).startsWith("Usage: emp stat").contains("--watch", "--json", "Exit code");
  }
}
