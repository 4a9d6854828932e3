package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.pair.PairProgram.Says;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real exporters with {@code replicas=2} are killed, stopped and started anew, and pagers killed
 * between, while a program writes and compares. What must be: no word is ever wrong, the program
 * goes on, and after each loss there are two copies of everything again.
 */
@Timeout(240)
class PairIT {
  private static final int EXPORTER_MIB = 192;
  private static final int DATA_MIB = 48;

  /** So that a machine that stands still for a second or two costs nobody a side. */
  private static final int FAULT_TIMEOUT_MILLIS = 20_000;

  @Test
  void noDataIsLostWithAnExporterWhateverBecomesOfThePagerMeanwhile() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter first = LocalExporter.start(workplace, EXPORTER_MIB);
      LocalExporter second = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:8?block=16k&shards=1&faultTimeoutMillis=%d|%s?replicas=2|%s?replicas=2"
              .formatted(
                  FAULT_TIMEOUT_MILLIS, first.entry(EXPORTER_MIB), second.entry(EXPORTER_MIB));
      run(workplace, first, second, path);
    }
  }

  private static void run(
      Workplace workplace, LocalExporter first, LocalExporter second, String path)
      throws Exception {
    try (PairProgram program = new PairProgram(workplace, "PairIT", path, DATA_MIB)) {
      Says whole = program.await(_ -> true);
      program.measure("two exporters");

      first.process().destroyForcibly().waitFor();
      Says alone = program.await(says -> says.degraded() == 1);
      assertThat(alone.pager()).isEqualTo(whole.pager());
      program.measure("one of them killed");
      program.killPager();
      program.measure("the pager after it");

      LocalExporter again = LocalExporter.startAt(first.port(), workplace, EXPORTER_MIB);
      long begun = System.nanoTime();
      Says rebuilt = program.await(says -> says.degraded() == 0);
      program.note("%d MiB copied in %.1f s", rebuilt.rebuilt(), (System.nanoTime() - begun) / 1e9);
      assertThat(rebuilt.rebuilt()).isPositive();
      program.measure("two again");

      PairProgram.send("STOP", second.pid());
      long stopped = System.nanoTime();
      program.await(says -> says.degraded() == 1);
      program.note("stopped one dropped after %.1f s", (System.nanoTime() - stopped) / 1e9);
      program.measure("one of them stopped");
      PairProgram.send("CONT", second.pid());
      program.await(says -> says.degraded() == 0);

      again.process().destroyForcibly();
      program.killPager();
      program.await(says -> says.degraded() == 1);
      program.measure("one killed together with the pager");
      program.measure("a while later");
    }
  }
}
