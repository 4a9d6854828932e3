package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.PagerProcess;
import io.elasticmemory.samples.process.Workplace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program ends while its next pager waits for an exporter. */
@Timeout(240)
class DeadProgramIT {
  private static final int EXPORTER_MIB = 128;
  private static final int DATA_MIB = 24;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Far less than the pager would wait for the exporter. */
  private static final Duration END_MAX = Duration.ofSeconds(60);

  @Test
  void takesAPagerThatWaitsForAnExporterWithIt() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:8?block=16k&shards=1&faultTimeoutMillis=600000|" + exporter.entry(EXPORTER_MIB);
      Child program =
          Child.start(
              workplace,
              new ProcessBuilder(
                  new JavaProgram(PairMain.class.getName())
                      .jvm("-Xmx128m", "-Demp.pager.archive=false")
                      .with(path, Integer.toString(DATA_MIB))
                      .command()));
      long first = pagerOf(program);
      exporter.process().destroyForcibly().waitFor();
      ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);
      Awaitility.await().atMost(LIMIT).until(() -> !successors(program, first).isEmpty());
      List<ProcessHandle> left = program.process().descendants().toList();

      program.process().destroyForcibly().waitFor();

      Awaitility.await()
          .atMost(END_MAX)
          .until(() -> left.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(left).isNotEmpty();
    }
  }

  private static List<ProcessHandle> successors(Child program, long first) {
    return program
        .process()
        .descendants()
        .filter(each -> each.pid() != first)
        .filter(PagerProcess::is)
        .toList();
  }

  private static long pagerOf(Child program) throws Exception {
    program.process().getOutputStream().write('\n');
    program.process().getOutputStream().flush();
    Optional<String> line = program.awaitLine(said -> said.startsWith("0 pager "), LIMIT);
    assertThat(line).isPresent();
    return Long.parseLong(line.orElseThrow().split(" ")[2]);
  }
}
