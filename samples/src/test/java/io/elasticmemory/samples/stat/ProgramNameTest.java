package io.elasticmemory.samples.stat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramNameTest {
  @ParameterizedTest
  @CsvSource({
    "java -Xmx1g -cp a:b org.acme.Main x, org.acme.Main",
    "/usr/bin/java -jar /opt/acme/table.jar -cp, table.jar",
    "java --module-path mods -m org.acme/org.acme.Main, org.acme.Main",
    "java @options --class-path=a org.acme.Main, org.acme.Main",
    "java Main.java, Main.java",
    "java, java",
    "java -jar, java",
    "/opt/acme/launcher --port 80, launcher"
  })
  void namesWhatIsRun(String words, String name) {
    assertThat(ProgramName.of(List.of(words.split(" ")))).isEqualTo(name);
  }

  @Test
  void knowsNothingOfAProcessThatIsNotThere() {
    assertThat(ProgramName.of(4194305)).isEqualTo("?");
  }
}
