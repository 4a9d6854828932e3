package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The archive of classes that the JVM makes for pagers, and what may become of it. */
@Timeout(240)
class PagerArchiveIT {
  private static final int DATA_MIB = 16;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Test
  void theFirstProgramHasItMadeAndPagersStartWithItUnlessItIsGoneOrDamaged() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      Path caches = Files.createDirectory(workplace.directory().resolve("caches"));
      Path archive;
      try (PairProgram program = program(workplace, caches)) {
        assertThat(maps(program)).noneMatch(line -> line.contains("/pager-"));
        archive = Awaitility.await().atMost(LIMIT).until(() -> made(caches), Files::exists);
        program.killPager(); // by a watcher that was told before there was one
      }
      try (PairProgram program = program(workplace, caches)) {
        assertThat(maps(program)).anyMatch(line -> line.endsWith(archive.toString()));
        program.killPager();
        assertThat(maps(program)).anyMatch(line -> line.endsWith(archive.toString()));
        Files.move(archive, archive.resolveSibling("elsewhere"));
        program.killPager();
      }
      Files.move(archive.resolveSibling("elsewhere"), archive);
      try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
        file.truncate(file.size() / 2);
      }
      PairProgram damaged = program(workplace, caches);
      try (damaged) {
        assertThat(maps(damaged)).noneMatch(line -> line.contains("/pager-"));
      }
      assertThat(damaged.log()).noneMatch(line -> line.contains("AOT"));
    }
  }

  private static PairProgram program(Workplace workplace, Path caches) throws Exception {
    String path = "dram:8?block=16k|%s:128:0".formatted(workplace.directory().resolve("spill"));
    PairProgram program =
        new PairProgram(
            workplace,
            "PagerArchiveIT",
            path,
            DATA_MIB,
            Map.of("XDG_CACHE_HOME", caches.toString()));
    program.await(_ -> true);
    return program;
  }

  /** What is mapped by its pager. */
  private static List<String> maps(PairProgram program) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/maps".formatted(program.ask().pager())));
  }

  /** The archive, or where none can be. */
  private static Path made(Path caches) throws IOException {
    Path directory = caches.resolve("emp");
    if (!Files.isDirectory(directory)) {
      return directory;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".aot"))
          .findFirst()
          .orElse(directory.resolve("none"));
    }
  }
}
