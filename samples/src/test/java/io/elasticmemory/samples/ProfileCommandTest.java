package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileCommandTest {
  private final Cli emp = new Cli();

  @Test
  void refusesAProcessThatIsNotThere() {
    // Beyond the highest process id that Linux gives.
    assertThat(emp.run("profile", "4194305")).isEqualTo(2);
    assertThat(emp.errLines())
        .containsExactly("emp profile: there is no process 4194305; jps lists those of Java");
  }

  @Test
  void refusesAProcessWithoutASpace() {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(emp.run("profile", pid)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("has no space open");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "3601", "Infinity", "soon"})
  void refusesATimeThatIsNone(String seconds) {
    assertThat(emp.run("profile", "1", "--seconds", seconds)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("--seconds");
  }

  @Test
  void refusesFilesThatCannotBeWrittenBeforeItBegins() {
    assertThat(emp.run("profile", "4194305", "--flame", "/no/such/folder/a.svg")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("--flame /no/such/folder");
    Cli other = new Cli();
    assertThat(other.run("profile", "4194305", "--text", "/no/such/folder/a.txt")).isEqualTo(2);
    assertThat(other.errLines()).singleElement().asString().contains("--text /no/such/folder");
  }

  @Test
  void helps() {
    assertThat(emp.run("profile", "--help")).isZero();
    assertThat(emp.out()).startsWith("Usage: emp profile").contains("--flame", "Exit code");
  }
}
