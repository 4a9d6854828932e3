package io.elasticmemory.ffm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Check;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class DoctorTest {
  @Test
  void looksAtEverything(@TempDir Path directory) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      InetSocketAddress exporter = (InetSocketAddress) server.getLocalSocketAddress();
      List<Check> checks = Doctor.examine(false, List.of(directory), List.of(exporter));
      assertThat(checks.stream().map(Check::name))
          .contains("kernel", "userfaultfd", "punching", "huge pages", "rights", "memory", "cgroup")
          .contains("swap", "locked memory", "descriptors", "address space", "mseal", "RDMA")
          .contains("disk " + directory)
          .anyMatch(name -> name.startsWith("link ") && name.endsWith(":" + exporter.getPort()));
      assertThat(checks).allSatisfy(DoctorTest::assertIsComplete);
    }
    assertThat(directory).isEmptyDirectory();
  }

  private static void assertIsComplete(Check check) {
    assertThat(check.name()).isNotBlank();
    assertThat(check.detail()).as(check.name()).isNotBlank();
    assertThat(check.remedy().isEmpty())
        .as(check.toString())
        .isEqualTo(check.verdict() == Check.Verdict.OK);
  }

  @Test
  void measuresADisk(@TempDir Path directory) {
    Check check = Disk.examine(directory);
    assertThat(check.verdict()).isNotEqualTo(Check.Verdict.FAILED);
    assertThat(check.detail()).containsPattern("read p50 \\d+ us.*write p50 \\d+ us.*MiB free");
  }

  @Test
  void advisesAgainstSpillingIntoMemory() {
    Check check = Disk.examine(Path.of("/dev/shm"));
    assertThat(check.verdict()).isNotEqualTo(Check.Verdict.OK);
    assertThat(check.remedy()).contains("directory on a");
  }

  @Test
  void namesADiskThatCannotBeUsed(@TempDir Path directory) throws Exception {
    for (Path path :
        List.of(
            directory.resolve("no-such"),
            Files.writeString(directory.resolve("file"), "data"),
            Path.of("/proc"))) {
      Check check = Disk.examine(path);
      assertThat(check.verdict()).as(check.toString()).isEqualTo(Check.Verdict.FAILED);
      assertThat(check.detail()).isNotBlank();
      assertThat(check.remedy()).isNotBlank();
    }
  }

  @Test
  void namesAnExporterThatIsNotThere() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) server.getLocalSocketAddress();
    }
    Check check = Link.examine(nobody);
    assertThat(check.verdict()).isEqualTo(Check.Verdict.FAILED);
    assertThat(check.detail()).contains("ECONNREFUSED").contains(":" + nobody.getPort());
    assertThat(check.remedy()).contains("start the exporter");
    Check unknown = Link.examine(InetSocketAddress.createUnresolved("no-such.invalid", 1));
    assertThat(unknown.verdict()).isEqualTo(Check.Verdict.FAILED);
    assertThat(unknown.detail()).contains("no-such.invalid");
  }

  @Test
  void tellsTimesByTheirRank() {
    Latencies latencies = new Latencies(100);
    for (int i = 100; i > 0; i--) {
      latencies.add(i * 1000L);
    }
    assertThat(latencies.micros(0.5)).isEqualTo(51);
    assertThat(latencies.micros(0.99)).isEqualTo(100);
    assertThat(latencies.toString()).isEqualTo("p50 51 us, p99 100 us");
  }
}
