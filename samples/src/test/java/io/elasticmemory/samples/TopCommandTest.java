package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopCommandTest {
  private final Cli emp = new Cli();

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(emp.run("top", "4711")).isEqualTo(2);
    assertThat(new Cli().run("top", "--watch", "1")).isEqualTo(2);
    assertThat(new Cli().run("top", "--json", "/no/such/folder/file")).isEqualTo(2);
  }

  @Test
  void helps() {
    assertThat(emp.run("top", "--help")).isZero();
    assertThat(emp.out()).startsWith("Usage: emp top").contains("--once", "--json", "Exit code");
  }
}
