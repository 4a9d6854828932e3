package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.MemPath;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorCommandTest {
  private final Cli emp = new Cli();

  @TempDir private Path directory;

  @Test
  void looksAtThisMachineAndAtTheDonorsOfAPath() {
    String path = "dram:64|127.0.0.1:64:1|" + spill(64);
    assertThat(emp.run("doctor", "--path", path)).isEqualTo(1);
    assertThat(emp.out())
        .contains("127.0.0.1:1")
        .contains(directory.toString())
        .contains("-> ")
        .endsWith("A space cannot run here yet.\n");
  }

  @Test
  void reportsTheSameAsJson() {
    emp.run("doctor", "--json", "-");
    assertThat(emp.out()).startsWith("{\n  \"ok\": ").contains("\"verdict\": \"ok\"");
    assertThat(emp.err()).contains("A space can");
  }

  @Test
  void refusesAPathThatIsWrong() {
    assertThat(emp.run("doctor", "--path", "dram")).isEqualTo(2);
    assertThat(emp.errLines()).hasSize(1);
  }

  @Test
  void refusesPartsOfAPathThatAreNotThereYet() {
    assertThat(emp.run("doctor", "--path", "dram:64|pool:64:zk|/var/tmp/x:128:0")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("pool:64:zk");
  }

  @Test
  void opensTheSpaceOfAPath() {
    assumeThat(canRunSpaces()).isTrue();
    int code = emp.run("doctor", "--path", "dram:8|" + spill(128));
    assertThat(code).as(emp.out() + emp.err()).isZero();
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"4194304, 128, dram:4194304", "8, 64, in reserve", "8, 67108864, MiB free"})
  void failsWhereASpaceWouldRefuse(long dramMib, long spillMib, String reason) {
    assertThat(emp.run("doctor", "--path", "dram:" + dramMib + "|" + spill(spillMib))).isOne();
    assertThat(emp.out()).contains(reason).endsWith("A space cannot run here yet.\n");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void failsWhereASpillFileWouldOverwriteAnother() throws IOException {
    Path file = Files.writeString(directory.resolve("spill"), "precious");
    assertThat(emp.run("doctor", "--path", "dram:8|" + spill(128))).isOne();
    assertThat(emp.out()).contains("EMP overwrites nothing");
    assertThat(file).hasContent("precious");
  }

  private String spill(long mib) {
    return directory.resolve("spill") + ":" + mib + ":0";
  }

  private static boolean canRunSpaces() {
    return Platform.find().selfTest(false).stream()
        .noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no exporter answers at 127.0.0.1:1 (nobody): start one with: bin/emp exporter -m 64"
            + "|start one with: bin/emp exporter -m 64",
        "the exporter can lend 64 MiB, the path asks for 128: ask for less|ask for less",
        "cannot create /a: EEXIST (it exists); EMP overwrites nothing: name another"
            + "|EMP overwrites nothing: name another"
      })
  void tellsReasonAndRemedyOfARefusalApart(String message, String remedy) {
    Check check = SpaceTrial.refused(message);
    assertThat(check.remedy()).isEqualTo(remedy);
    assertThat(message).startsWith(check.detail()).hasSizeGreaterThan(check.detail().length());
  }

  @Test
  void showsTheRemedyBelowWhatItIsFor() {
    StringWriter out = new StringWriter();
    DoctorCommand.print(
        List.of(Check.ok("kernel", "6.18"), Check.failed("rights", "none", "be root")),
        new PrintWriter(out));
    assertThat(out.toString().lines())
        .containsExactly(
            "ok       kernel  6.18",
            "failed   rights  none",
            "                 -> be root",
            "",
            "A space cannot run here yet.");
  }

  @Test
  void knowsWhereSpillFilesWillBe() {
    MemPath path = MemPath.parse("dram:64|./spill:64:0|/var/tmp/a:64:0|/dev/nvme0n1:64:0");
    assertThat(DoctorCommand.spills(path))
        .containsExactly(
            Path.of("").toAbsolutePath(), Path.of("/var/tmp"), Path.of("/dev/nvme0n1"));
  }
}
