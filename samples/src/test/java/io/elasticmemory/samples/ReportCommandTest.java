package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportCommandTest {
  private final Cli emp = new Cli();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--only; fault-tape; fault-tape is no row; there are hit, fault-zero",
        "--minutes; 0; give 1 to 1440",
        "--minutes; 1441; give 1 to 1440",
        "--minutes; soon; soon",
        "--out; /no/such/place/P.md; cannot be written",
        "--out; /; cannot be written",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    String out = directory.resolve("P.md").toString();
    int exit =
        option.equals("--out")
            ? emp.run("bench", "report", option, value)
            : emp.run("bench", "report", "--out", out, option, value);
    assertThat(exit).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--update P.md; give --only with it",
        "--update P.md --only hit --out Q.md; and no --out",
        "--update /no/such/P.md --only hit; is no file that can be written"
      })
  void updatesOnlySomeRowsOfADocumentThatIsThere(String options, String reason) {
    String[] words = ("bench report " + options).split(" ");
    assertThat(emp.run(words)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
  }

  @Test
  void namesItsRows() {
    assertThat(emp.run("bench", "report", "--list")).isZero();
    assertThat(emp.out().lines())
        .anyMatch(line -> line.matches("fault-zero +≤ 1.25 +\\d+ s .*one CPU.*"))
        .anyMatch(line -> line.startsWith("elastic-memcheck ") && line.contains("≥ 0.9"))
        .anyMatch(line -> line.startsWith("idle-cpu ") && line.contains("≤ 1.0 %"))
        .anyMatch(line -> line.matches(".* about \\d+ minutes of --minutes 45"))
        .anyMatch(line -> line.startsWith("safepoint-load ") && line.contains("≤ 10 ms"));
  }
}
