package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An exporter ends of which a program with the agent needs nothing any more. */
@Timeout(600)
class DonorLossIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String JDK = System.getProperty("java.home");
  private static final int EXPORTER_MIB = 256;

  @TempDir private Path folder;

  @Test
  void aRecordingHasTheDonorThatIsLostAndTheProgramGoesOn() throws Exception {
    Path file = folder.resolve("loss.jfr");
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      Child program = Child.start(workplace, program(exporter, file));
      assertThat(program.awaitLine("grown"::equals, LIMIT)).isPresent();

      exporter.process().destroyForcibly();
      try (Writer input = program.process().outputWriter()) {
        input.write("go on\n");
      }

      Child.Ended ended = program.await(LIMIT);
      assertThat(ended.out()).endsWith("24 pieces");
      assertThat(ended.exitCode()).as(ended.describe()).isZero();
      assertThat(losses(workplace, file))
          .isNotEmpty()
          .anyMatch(
              event -> Pattern.compile("(failed|late)Transfers = [1-9]").matcher(event).find());
    }
  }

  private static List<String> losses(Workplace workplace, Path file) throws Exception {
    String events = "io.elasticmemory.DonorLost";
    Child jfr =
        Child.start(
            workplace,
            new ProcessBuilder(JDK + "/bin/jfr", "print", "--events", events, file.toString()));
    Child.Ended ended = jfr.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe()).isZero();
    return Arrays.stream(ended.out().split("(?m)^}$"))
        .map(String::strip)
        .filter(event -> !event.isEmpty())
        .toList();
  }

  private ProcessBuilder program(LocalExporter exporter, Path file) throws Exception {
    String path =
        "dram:16|" + exporter.entry(EXPORTER_MIB) + "|" + folder.resolve("spill") + ":256:0";
    Path classes =
        Path.of(Growing.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return new ProcessBuilder(
        JDK + "/bin/java",
        "-javaagent:" + AgentJar.find() + "=path=" + path,
        "-XX:StartFlightRecording:settings=none,filename=" + file,
        "-cp",
        classes.toString(),
        Growing.class.getName());
  }
}
