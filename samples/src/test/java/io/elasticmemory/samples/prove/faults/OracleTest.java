package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.samples.prove.faults.TruthLayout.Word;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of writers through the file they share. */
class OracleTest {
  private static final int THREADS = 3;
  private static final long PAGES = 1000;

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("truth");
  }

  private MemorySegment map(Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment truth = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
      TruthLayout.check(truth);
      return truth;
    }
  }

  @Test
  void seesWhatTheThreadsAreAt() throws IOException {
    try (Oracle oracle = new Oracle(file(), THREADS, PAGES);
        Arena arena = Arena.ofConfined()) {
      MemorySegment truth = map(arena);
      for (int thread = 0; thread < THREADS; thread++) {
        TruthLayout.set(truth, thread, Word.ACCESSES, 7 + thread);
        TruthLayout.lasted(truth, thread, 5_000);
        TruthLayout.lasted(truth, thread, 9_000 + thread);
        TruthLayout.lasted(truth, thread, 6_000);
      }
      assertThat(oracle.accessesOfTheSlowest()).isEqualTo(7);
      assertThat(oracle.takeLongestNanos()).isEqualTo(9_002);
      assertThat(oracle.takeLongestNanos()).isZero();
      assertThat(oracle.longestUnderWayNanos()).isZero();
      TruthLayout.set(truth, 1, Word.BEGUN, System.nanoTime() - 1_000_000_000);
      assertThat(oracle.longestUnderWayNanos()).isGreaterThanOrEqualTo(1_000_000_000);
    }
  }

  @Test
  void seesAPageThatIsWrong() throws IOException {
    try (Oracle oracle = new Oracle(file(), THREADS, PAGES);
        Arena arena = Arena.ofConfined()) {
      MemorySegment truth = map(arena);
      TruthLayout.written(truth, PAGES - 1, 42);
      assertThat(TruthLayout.written(truth, PAGES - 1)).isEqualTo(42);
      assertThat(oracle.wrongPage()).isEmpty();
      TruthLayout.set(truth, 2, Word.WRONG, 1);
      assertThat(oracle.wrongPage()).hasValue(0);
    }
  }

  @Test
  void refusesWhatIsNoTruth() throws IOException {
    try (Oracle _ = new Oracle(file(), THREADS, PAGES)) {
      assertThatThrownBy(() -> new Oracle(file(), THREADS, PAGES)).isInstanceOf(IOException.class);
    }
    byte[] bytes = Files.readAllBytes(file());
    bytes[8]++;
    Files.write(file(), bytes);
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> map(arena)).hasMessageContaining("of another version");
    }
    assertThatThrownBy(() -> new Oracle(folder.resolve("few"), 4, 3))
        .hasMessageContaining("4 threads for 3 pages");
  }
}
