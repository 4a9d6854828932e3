package io.elasticmemory.samples.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process is seen to hold. */
class HoldingsTest {
  private static final Holdings FEW = new Holdings(Map.of("socket", 2), 10, 100, 0, 64 << 20, 1);

  @TempDir private Path folder;

  @Test
  void seesAFileThatIsOpenAndAChild() throws IOException, InterruptedException {
    long self = ProcessHandle.current().pid();
    Path path = Files.createFile(folder.resolve("open"));
    Process child = new ProcessBuilder("sleep", "60").start();
    try (RandomAccessFile _ = new RandomAccessFile(path.toFile(), "r")) {
      Holdings now = Holdings.of(self);

      assertThat(now.descriptors()).containsEntry(path.toString(), 1);
      assertThat(now.children()).isPositive();
      assertThat(now.threads()).isGreaterThan(1);
      assertThat(now.mappings()).isGreaterThan(10);
      assertThat(now.memoryBytes()).isGreaterThan(1 << 20);
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(Holdings.of(self).descriptors()).doesNotContainKey(path.toString());
  }

  @Test
  void namesKindsWithoutTheirNumbers() {
    assertThat(Holdings.kind("socket:[4711]")).isEqualTo("socket");
    assertThat(Holdings.kind("pipe:[12]")).isEqualTo("pipe");
    assertThat(Holdings.kind("anon_inode:[userfaultfd]")).isEqualTo("anon_inode:[userfaultfd]");
    assertThat(Holdings.kind("/memfd:emp-table (deleted)")).isEqualTo("/memfd:emp-table");
  }

  @Test
  void allowsWhatAJvmTakesByItselfAndNothingElse() {
    assertThat(FEW.moreThan(FEW)).isEmpty();
    assertThat(new Holdings(Map.of("socket", 1), 14, 148, 0, 88 << 20, 0).moreThan(FEW)).isEmpty();
    assertThat(new Holdings(Map.of("socket", 3, "pipe", 1), 15, 149, 1, 89 << 20, 2).moreThan(FEW))
        .containsExactlyInAnyOrder(
            "3 descriptors of socket instead of 2",
            "1 descriptors of pipe instead of 0",
            "15 threads instead of 10",
            "149 mappings instead of 100",
            "1 mappings of spaces instead of 0",
            "89 MiB instead of 64",
            "2 child processes instead of 1");
  }
}
