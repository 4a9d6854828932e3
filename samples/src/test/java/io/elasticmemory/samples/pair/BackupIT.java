package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.pair.PairProgram.Says;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real exporter with {@code backup=ssd} is killed, stopped and started anew, pagers are killed
 * between, and the disk runs full, while a program writes and compares. No word is ever wrong, the
 * program goes on, and after each loss there are two copies of everything again.
 */
@Timeout(240)
class BackupIT {
  private static final int EXPORTER_MIB = 192;
  private static final int SPILL_MIB = 320;
  private static final int DATA_MIB = 48;

  /** So that a machine that stands still for a second or two costs nobody a side. */
  private static final int FAULT_TIMEOUT_MILLIS = 20_000;

  private static String path(Workplace workplace, LocalExporter exporter) {
    return "dram:8?block=16k&shards=1&faultTimeoutMillis=%d|%s?backup=ssd|%s:%d:0"
        .formatted(
            FAULT_TIMEOUT_MILLIS,
            exporter.entry(EXPORTER_MIB),
            workplace.directory().resolve("spill"),
            SPILL_MIB);
  }

  @Test
  void noDataIsLostWithTheExporterWhateverBecomesOfThePagerLater() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path = path(workplace, exporter);
      try (PairProgram program = new PairProgram(workplace, "BackupIT", path, DATA_MIB)) {
        Says whole = program.await(_ -> true);
        program.measure("exporter and disk");

        exporter.process().destroyForcibly().waitFor();
        Says alone = program.await(says -> says.degraded() == 1);
        assertThat(alone.pager()).isEqualTo(whole.pager());
        program.measure("exporter killed");
        program.killPager();
        program.measure("the pager after it");

        LocalExporter again = LocalExporter.startAt(exporter.port(), workplace, EXPORTER_MIB);
        long begun = System.nanoTime();
        Says rebuilt = program.await(says -> says.degraded() == 0);
        program.note(
            "%d MiB copied in %.1f s", rebuilt.rebuilt(), (System.nanoTime() - begun) / 1e9);
        assertThat(rebuilt.rebuilt()).isPositive();
        program.measure("both again");

        PairProgram.send("STOP", again.pid());
        long stopped = System.nanoTime();
        program.await(says -> says.degraded() == 1);
        program.note("stopped exporter dropped after %.1f s", (System.nanoTime() - stopped) / 1e9);
        program.measure("exporter stopped");
        PairProgram.send("CONT", again.pid());
        program.await(says -> says.degraded() == 0);
      }
    }
  }

  /** What the disk did not have yet is on the exporter, and only there. */
  @Test
  void aPagerThatEndsWhileTheDiskIsBehindCostsNothingEvenIfTheExporterGoesLater() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path = path(workplace, exporter);
      try (PairProgram program = new PairProgram(workplace, "BackupIT, pagers", path, DATA_MIB)) {
        program.await(_ -> true);
        for (int i = 0; i < 5; i++) {
          program.killPager();
          program.await(says -> says.degraded() == 0 && says.lacks() == 0);
        }
        program.measure("after five pagers");
        exporter.process().destroyForcibly().waitFor();
        program.await(says -> says.degraded() == 1);
        program.measure("exporter killed");
      }
    }
  }

  @Test
  void aFullDiskCostsTheCopyAndNothingElse() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path = path(workplace, exporter);
      try (PairProgram program =
          new PairProgram(workplace, "BackupIT, full disk", path, DATA_MIB)) {
        long pager = program.await(_ -> true).pager();
        limitFiles(pager, "4096");
        program.await(says -> says.degraded() == 1);
        program.measure("disk full");
        limitFiles(pager, "unlimited");
        Says again = program.await(says -> says.degraded() == 0);
        assertThat(again.pager()).isEqualTo(pager);
        program.measure("disk has room again");
        exporter.process().destroyForcibly().waitFor();
        program.await(says -> says.degraded() == 1);
      }
    }
  }

  /** The kernel refuses to write beyond, as it does when a file system is full. */
  private static void limitFiles(long pid, String bytes) throws Exception {
    ProcessBuilder limit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=" + bytes + ":");
    assertThat(limit.inheritIO().start().waitFor()).isZero();
  }
}
