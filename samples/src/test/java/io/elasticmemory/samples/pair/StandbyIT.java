package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may go wrong with a standby, and with exporters while another pager takes over. */
@Timeout(240)
class StandbyIT {
  private static final int EXPORTER_MIB = 192;
  private static final int DATA_MIB = 32;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** One is enough, unless the thread that greets is late each time. */
  private static final int GREETING_KILLS = 3;

  /** Longer than a successor waits for an answer before it asks anew. */
  private static final long SILENCE_MILLIS = 5_000;

  /** Long enough for a machine that stands still for a while. */
  private static final String PATH =
      "dram:8?block=16k&shards=1&faultTimeoutMillis=40000&standby=%s|%s";

  @Test
  void oneThatIsKilledIsReplacedAndThatOneTakesOver() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String disk = workplace.directory().resolve("spill") + ":128:0?reserve=lazy";
      String path = PATH.formatted("on", exporter.entry(EXPORTER_MIB) + "|" + disk);
      try (PairProgram program = new PairProgram(workplace, "StandbyIT", path, DATA_MIB)) {
        long pager = program.await(_ -> true).pager();
        for (int killed = 0; killed < 3; killed++) {
          kill(awaitReady(program));
        }
        assertThat(program.ask().pager()).isEqualTo(pager);

        long ready = awaitReady(program);
        program.killPager();
        assertThat(program.ask().pager()).isEqualTo(ready);
      }
    }
  }

  @Test
  void oneThatIsReadyGreetsItsExporterBeforeItsTurn() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path = PATH.formatted("on", exporter.entry(EXPORTER_MIB));
      PairProgram program = new PairProgram(workplace, "StandbyIT", path, DATA_MIB);
      try (program) {
        program.await(_ -> true);
        for (int killed = 0; killed < GREETING_KILLS; killed++) {
          long _ = awaitReady(program);
          program.killPager();
        }
      }
      assertThat(program.log()).anyMatch(line -> line.contains("for donors (1 greeted early;"));
    }
  }

  @Test
  void oneThatKnocksAtASilentExporterGetsReadyAndTakesOver() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter silent = LocalExporter.start(workplace, EXPORTER_MIB);
      LocalExporter other = LocalExporter.start(workplace, EXPORTER_MIB);
      String entries =
          silent.entry(EXPORTER_MIB) + "?replicas=2|" + other.entry(EXPORTER_MIB) + "?replicas=2";
      String path = PATH.formatted("on", entries);
      try (PairProgram program = new PairProgram(workplace, "StandbyIT", path, DATA_MIB)) {
        program.await(_ -> true);
        long first = awaitReady(program);
        PairProgram.send("STOP", silent.pid());
        kill(first);
        long second = awaitReady(program);
        assertThat(second).isNotEqualTo(first);

        program.killPager();
        assertThat(program.await(says -> says.degraded() == 1).pager()).isEqualTo(second);
        PairProgram.send("CONT", silent.pid());
      }
    }
  }

  @Test
  void anExporterThatIsSilentWhileAnotherPagerTakesOverIsWaitedFor() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path = PATH.formatted("off", exporter.entry(EXPORTER_MIB));
      try (PairProgram program = new PairProgram(workplace, "StandbyIT", path, DATA_MIB)) {
        long pager = program.await(_ -> true).pager();
        PairProgram.send("STOP", exporter.pid());
        kill(pager);
        Thread.sleep(SILENCE_MILLIS);
        PairProgram.send("CONT", exporter.pid());

        program.await(says -> says.pager() != pager);
      }
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Awaitility.await().atMost(LIMIT).until(() -> !isAlive(pid));
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** The process id of the standby that is ready, and lives. */
  private static long awaitReady(PairProgram program) {
    try (ObservedSpace space = ObservedSpace.of(program.pid()).getFirst()) {
      return Awaitility.await()
          .pollInSameThread()
          .atMost(LIMIT)
          .until(() -> space.count().map(Counted::standbyPid).orElse(0L), StandbyIT::isAlive);
    }
  }
}
