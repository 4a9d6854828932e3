package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code emp chaos} accepts. */
class ChaosCommandTest {
  private final Cli cli = new Cli();

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "100000"})
  void refusesATimeThatIsNone(String minutes) {
    assertThat(cli.run("chaos", "--minutes", minutes)).isEqualTo(2);
    assertThat(cli.errLines())
        .singleElement()
        .asString()
        .contains("--minutes is ", "give 0.1 to 10000", "emp chaos --help");
  }

  @Test
  void refusesAFileThatCannotBeWrittenBeforeItBegins() {
    assertThat(cli.run("chaos", "--minutes", "1", "--json", "/no/such/folder/x")).isEqualTo(2);
    assertThat(cli.errLines()).singleElement().asString().contains("--json /no/such/folder/x");
  }

  @Test
  void saysWhatASeedRepeats() {
    assertThat(cli.run("chaos", "--help")).isZero();
    assertThat(cli.out()).contains("--minutes", "--seed", "--json", "A seed repeats", "Ctrl-C");
  }
}
