package io.elasticmemory.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What the program says to people who mistype. */
class ExporterMainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return ExporterMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private void refuses(String line, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains(line);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesWhatIsNoPort() {
    for (String port : new String[] {"0", "-1", "65536", "x", ""}) {
      refuses("-p '" + port + "' is no port: choose 1 to 65535, or auto", "-p", port, "-m", "64");
    }
  }

  @Test
  void refusesWhatIsNoNumber() {
    refuses("'-m': 'much' is not a long: see --help", "-m", "much");
    refuses("'-c': 'all' is not an int: see --help", "-c", "all");
  }

  @Test
  void refusesAnAddressThatIsNotKnown() {
    refuses("-b 'nowhere.invalid' is no address", "-b", "nowhere.invalid", "-m", "64");
  }

  @Test
  void refusesOptionsItDoesNotHave() {
    refuses("Unknown option: '--size'", "--size");
    refuses("see --help", "surplus");
  }

  @Test
  void refusesLeasesOfASillyLength() {
    refuses("choose 3 to 3600", "--lease-seconds", "2", "-m", "64");
  }

  @Test
  void showsEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("emp exporter", "-m", "-p", "-b", "-c", "-d", "--reserve", "-v", "--help")
        .contains("--version", "--lease-seconds", "19675");
  }

  @Test
  void showsItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("emp exporter " + EmpVersion.current());
  }
}
