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
    refuses("emp exporter: -m: 'much' is no whole number: see --help", "-m", "much");
    refuses("emp exporter: -c: 'all' is no whole number: see --help", "-c", "all");
    refuses("emp exporter: -c: '9999999999' is out of range", "-c", "9999999999");
  }

  @Test
  void refusesAnAddressThatIsNotKnown() {
    refuses("-b 'nowhere.invalid' is no address", "-b", "nowhere.invalid", "-m", "64");
    refuses("-b '' is no address", "-b", "", "-m", "64");
  }

  @Test
  void refusesAnAddressOfAnotherMachineWithARemedyAboutIt() {
    refuses("address of this machine with -b", "-b", "192.0.2.1", "-m", "64", "-p", "auto");
  }

  @Test
  void refusesConnectionsThatAreTooFewOrTooMany() {
    refuses("-c 0 is out of range: choose 2 to 10000", "-c", "0", "-m", "64");
    refuses("-c 10001 is out of range: choose 2 to 10000", "-c", "10001", "-m", "64");
    refuses("--words -1 is out of range: choose 0 to 1048576, 0 for none", "--words", "-1");
    refuses("--words 1048577 is out of range: choose 0 to 1048576", "--words", "1048577");
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
