package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AttachCommandTest {
  @Test
  void meansItsOwnDirectoryAndNotTheProgramsByARelativeFile() {
    String here = Path.of("").toAbsolutePath().toString();
    MemPath path =
        MemPath.parse(
            "dram:64?block=16k|zdram:8|./spill:64:0?reserve=lazy|/x/y:64:0|127.0.0.1:64:7");

    assertThat(AttachCommand.absolute(path))
        .hasToString(
            "dram:64?block=16k|zdram:8|%s/spill:64:0?reserve=lazy|/x/y:64:0|127.0.0.1:64:7"
                .formatted(here));
  }

  @Test
  void refusesWhatItCannotHandOn() {
    String pid = Long.toString(ProcessHandle.current().pid());
    Cli comma = new Cli();
    assertThat(comma.run("attach", pid, "--path", "dram:64", "--min", "1m,strict=true"))
        .isEqualTo(EmpMain.EXIT_REFUSED);
    assertThat(comma.err()).contains("--min is '1m,strict=true'").contains("comma");
    Cli path = new Cli();
    assertThat(path.run("attach", pid, "--path", "dram:many")).isEqualTo(EmpMain.EXIT_REFUSED);
    assertThat(path.err()).contains("dram:many").hasLineCount(1);
  }
}
