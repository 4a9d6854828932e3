package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hypervisor took. */
class StolenTimeTest {
  @TempDir private Path folder;

  @Test
  void isThatOfTheCpuWithMostOfIt() throws IOException {
    Path counts = folder.resolve("stat");
    StolenTime stolen = new StolenTime(counts);
    Files.writeString(counts, stat(107_618, 121_043));
    stolen.begin();
    assertThat(stolen.nanos()).isZero();
    Files.writeString(counts, stat(107_619, 121_047));
    assertThat(stolen.nanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
  }

  private static String stat(long first, long second) {
    return """
    cpu  7556968 938754 2084879 4631123 76804 0 116547 %d 0 0
    cpu0 3752940 461686 1014251 2440314 6729 0 35491 %d 0 0
    cpu1 3804028 477067 1070628 2190809 70075 0 81056 %d 0 0
    intr 1446098812 0 9 0
    """
        .formatted(first + second, first, second);
  }

  @Test
  void thisKernelCountsIt() {
    StolenTime stolen = new StolenTime();
    stolen.begin();
    assertThat(stolen.nanos()).isNotNegative();
  }
}
