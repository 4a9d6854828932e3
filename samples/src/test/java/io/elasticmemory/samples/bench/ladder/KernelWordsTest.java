package io.elasticmemory.samples.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.MemoryCgroup.Hierarchy;
import io.elasticmemory.samples.process.MemoryCgroup.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel and the floor say is read as they mean it. */
class KernelWordsTest {
  @TempDir private Path directory;

  @Test
  void findsTheControllerOfMemoryInVersionOne() {
    List<String> mounts =
        List.of(
            "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
            "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0",
            "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0");
    assertThat(Hierarchy.find(mounts))
        .contains(new Hierarchy(Version.V1, Path.of("/sys/fs/cgroup/memory")));
  }

  @Test
  void findsVersionTwoWhereMemoryIsNotInVersionOne() {
    List<String> mounts = List.of("proc /proc proc rw 0 0", "c /sys/fs/cgroup cgroup2 rw 0 0");
    assertThat(Hierarchy.find(mounts))
        .contains(new Hierarchy(Version.V2, Path.of("/sys/fs/cgroup")));
    assertThat(Hierarchy.find(List.of("proc /proc proc rw 0 0"))).isEmpty();
  }

  @Test
  void saysThatVersionTwoHasNoControllerOfMemory() throws IOException {
    Files.writeString(directory.resolve("cgroup.controllers"), "cpu hugetlb\n");
    assertThat(new Hierarchy(Version.V2, directory).obstacle())
        .hasValueSatisfying(word -> assertThat(word).contains("no controller of memory"));
    Files.writeString(directory.resolve("cgroup.controllers"), "cpu memory\n");
    assertThat(new Hierarchy(Version.V2, directory).obstacle()).isEmpty();
  }

  @Test
  void readsTheFaultsOfAProgramWithBlanksInItsName() {
    assertThat(KernelFaults.parse("7 (a ) b) S 1 2 3 4 5 6 70 80 90 100 11 12"))
        .isEqualTo(new KernelFaults(90, 70));
    assertThat(KernelFaults.own().minor()).isPositive();
  }

  @Test
  void readsWhatZramHolds() {
    assertThat(ZramDevice.Usage.parse(" 4096000 2000000 2100000 0 2200000 0 0 0 0\n"))
        .isEqualTo(new ZramDevice.Usage(4_096_000, 2_100_000));
    assertThat(ZramDevice.chosen("lzo-rle lzo [lz4] zstd\n")).isEqualTo("lz4");
  }

  @Test
  void readsTheFloor() {
    Run run =
        StreamFloor.parse(
            "bytes=4096000 nanos=500000000 receiverCpuNanos=250000000 senderCpuNanos=150000000");
    assertThat(run.get(Figure.megabytesPerSecond)).isEqualTo(8.192);
    assertThat(run.get(Figure.accessesPerSecond)).isEqualTo(2000);
    assertThat(run.get(Figure.cpuMicrosPerAccess)).isEqualTo(400);
  }
}
