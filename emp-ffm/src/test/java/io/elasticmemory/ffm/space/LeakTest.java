package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.libc.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening and closing again and again leaves nothing behind. */
class LeakTest {
  private static final int ROUNDS = 20;

  @TempDir Path directory;
  @TempDir Path temporary;

  @Test
  void closingLeavesNoProcessNoDescriptorNoMappingNoThreadAndNoFile() throws Exception {
    String path = "dram:4|" + directory.resolve("spill") + ":128:0";
    List<String> options = List.of("-Djava.io.tmpdir=" + temporary);
    try (ChildJvm child =
        ChildJvm.start(options, ChildProgram.class, "rounds", path, "" + ROUNDS)) {
      String before = child.readLine();
      String after = child.readLine();

      assertThat(after).isEqualTo(before).contains("processes 0").contains("threads []");
      assertThat(directory).isEmptyDirectory();
      assertThat(temporary).isEmptyDirectory();
      assertThat(child.exitCode()).isZero();
      assertThat(child.errors()).isEmpty();
    }
  }

  /** What this process has now, in one line. */
  static String census() throws IOException {
    return "processes %d, descriptors %d, mappings %d, threads %s"
        .formatted(
            ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).count(),
            OpenDescriptors.now().size(),
            mappings(),
            threads());
  }

  private static long mappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("emp-"))
        .count();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("emp-"))
        .toList();
  }
}
