package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exporter of which there is no copy answers nobody while a pager takes over. */
@Timeout(240)
class LateExporterIT {
  private static final int EXPORTER_MIB = 128;
  private static final int DATA_MIB = 12;
  private static final int AWAY_MILLIS = 4_000;

  @Test
  void aSuccessorWaitsForItAndTheProgramGoesOn() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter =
          LocalExporter.start(workplace, EXPORTER_MIB, "--lease-seconds", "600");
      String path =
          "dram:4?block=16k&shards=1&faultTimeoutMillis=120000|" + exporter.entry(EXPORTER_MIB);
      try (PairProgram program = new PairProgram(workplace, "LateExporterIT", path, DATA_MIB)) {
        long before = program.await(_ -> true).pager();
        PairProgram.send("STOP", exporter.pid());
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        Thread.sleep(AWAY_MILLIS);
        PairProgram.send("CONT", exporter.pid());

        program.await(says -> says.pager() != before);
        program.measure("an exporter back after %d ms".formatted(AWAY_MILLIS));
        assertThat(exporter.process().isAlive()).isTrue();
      }
    }
  }
}
