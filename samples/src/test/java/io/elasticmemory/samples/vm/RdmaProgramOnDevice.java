package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A program that compares every word, on the memory of an exporter in another process, by RDMA.
 * Wanted with {@code -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaProgramOnDevice {
  private static final String ADDRESS = System.getProperty("emp.rdma.address", "");
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int EXPORTER_MIB = 128;

  /** Into the first writing of all words, which takes many seconds on an emulated machine. */
  private static final long KILL_MILLIS = 3_000;

  /** An exporter's first takes longer than a space waits, if the emulated machine is slow. */
  private static final int GREETINGS_MAX = 2;

  @Test
  void everyWordIsRightAndAlsoWhenTheExporterIsKilledAndADiskHasACopy() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = exporter(workplace);
      String path = path(exporter, 24, "");
      Child.Ended undisturbed = memcheck(workplace, 64, 150, path).await(LIMIT);
      for (int i = 0; i < GREETINGS_MAX && undisturbed.out().contains("no answer within"); i++) {
        undisturbed = memcheck(workplace, 64, 150, path).await(LIMIT);
      }
      assertThat(wordsOf(undisturbed)).contains("bytes go by RDMA").doesNotContain("over TCP");
      String disk = "|" + workplace.directory().resolve("spill") + ":" + EXPORTER_MIB + ":0";
      Child program = memcheck(workplace, 12, 60, path(exporter, 8, "&backup=ssd") + disk);
      assertThat(program.awaitLine(line -> line.contains("go by RDMA"), LIMIT)).isPresent();
      Thread.sleep(KILL_MILLIS);
      exporter.process().destroyForcibly();
      assertThat(wordsOf(program.await(LIMIT))).contains("over TCP");
    }
  }

  /** What it said, at the end of which every word was right. */
  private static String wordsOf(Child.Ended ended) {
    System.out.println(ended.out());
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("\"wrongWords\": 0,");
    return ended.out();
  }

  private static LocalExporter exporter(Workplace workplace) throws IOException {
    String device = Platform.find().verbs(Engine.VERBS).devices().getFirst().name();
    return LocalExporter.start(workplace, EXPORTER_MIB, "-b", ADDRESS, "-d", device);
  }

  private static String path(LocalExporter exporter, int dramMib, String options) {
    return "dram:%d?shards=1|%s:%d:%d?transport=rdma%s"
        .formatted(dramMib, ADDRESS, EXPORTER_MIB, exporter.port(), options);
  }

  private static Child memcheck(Workplace workplace, int mib, int operations, String path)
      throws IOException {
    JavaProgram program =
        new JavaProgram("io.elasticmemory.samples.EmpMain")
            .with("bench", "memcheck", "--mode", "rand_rw", "--size-mib", "" + mib)
            .with("--operations", "" + operations, "--threads", "1", "--quiet")
            .with("--path", path, "--json", "-");
    return Child.start(workplace, new ProcessBuilder(program.command()).redirectErrorStream(true));
  }
}
