package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath;
import io.elasticmemory.port.Check;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private final Cli emp = new Cli();

  @TempDir private Path directory;

  @Test
  void looksAtThisMachineAndAtTheDonorsOfAPath() {
    String path = "dram:64|127.0.0.1:64:1|" + directory.resolve("spill") + ":64:0";
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
