package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exporters lose what they held while no pager is there to see it. */
@Timeout(240)
class LeaseLossIT {
  private static final int EXPORTER_MIB = 128;
  private static final int DATA_MIB = 48;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Test
  void theProgramIsEndedWithTheReasonAndNeverReadsZeros() throws Exception {
    lose(1, "");
  }

  @Test
  void soItIsWhenBothOfAPairHaveLostIt() throws Exception {
    lose(2, "?replicas=2");
  }

  private static void lose(int exporters, String options) throws Exception {
    try (Workplace workplace = Workplace.create()) {
      List<LocalExporter> lending = new ArrayList<>();
      StringBuilder path = new StringBuilder("dram:8?block=16k&shards=1&faultTimeoutMillis=3000");
      for (int i = 0; i < exporters; i++) {
        lending.add(LocalExporter.start(workplace, EXPORTER_MIB));
        path.append('|').append(lending.get(i).entry(EXPORTER_MIB)).append(options);
      }
      Child program =
          Child.start(
              workplace,
              new ProcessBuilder(
                  new JavaProgram(PairMain.class.getName())
                      .jvm("-Xmx128m")
                      .with(path.toString(), Integer.toString(DATA_MIB))
                      .command()));
      long pager = pagerOf(program);

      // It must not see that the exporters are others, nor be replaced before they are.
      long watcher = ProcessHandle.of(pager).flatMap(ProcessHandle::parent).orElseThrow().pid();
      send("STOP", watcher);
      send("STOP", pager);
      for (LocalExporter exporter : lending) {
        exporter.process().destroyForcibly().waitFor();
        LocalExporter.startAt(exporter.port(), workplace, EXPORTER_MIB);
      }
      send("KILL", pager);
      send("CONT", watcher);

      Child.Ended ended = program.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(128 + 9);
      // Whichever comes first: a block that is lost, or one that finds no place.
      assertThat(ended.err().getLast())
          .startsWith("emp: ")
          .contains("has ended the lease while no pager served");
      assertThat(ended.out()).doesNotContain("wrong");
    }
  }

  private static long pagerOf(Child program) throws Exception {
    program.process().getOutputStream().write('\n');
    program.process().getOutputStream().flush();
    Optional<String> line = program.awaitLine(said -> said.startsWith("0 pager "), LIMIT);
    assertThat(line).isPresent();
    return Long.parseLong(line.orElseThrow().split(" ")[2]);
  }

  private static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }
}
