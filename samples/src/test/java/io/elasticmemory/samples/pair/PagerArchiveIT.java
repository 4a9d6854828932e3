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
import org.junit.jupiter.api.parallel.Isolated;

/** The archive of classes that the JVM makes for pagers, and what may become of it. */
@Isolated(
    "it is made at a low priority: beside busy tests it would take minutes instead of seconds")
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
        archive = awaitMade(program, caches);
        program.killPager();
        assertThat(maps(program)).anyMatch(line -> line.endsWith(archive.toString()));
      }
      try (PairProgram program = program(workplace, caches)) {
        assertThat(maps(program)).anyMatch(line -> line.endsWith(archive.toString()));
        program.killPager();
        assertThat(maps(program)).anyMatch(line -> line.endsWith(archive.toString()));
        Files.move(archive, archive.resolveSibling("elsewhere"));
        program.killPager();
        assertThat(maps(program)).noneMatch(line -> line.contains("/pager-"));
      }
      Files.move(archive.resolveSibling("elsewhere"), archive);
      try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
        file.truncate(file.size() / 2);
      }
      try (PairProgram program = program(workplace, caches)) {
        assertThat(maps(program)).noneMatch(line -> line.contains("/pager-"));
      }
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

  /** The program stands still meanwhile, or it would take long on a machine with few CPUs. */
  private static Path awaitMade(PairProgram program, Path caches) throws Exception {
    Awaitility.await().atMost(LIMIT).until(() -> archive(caches, ".making"), Files::exists);
    PairProgram.send("STOP", program.pid());
    try {
      return Awaitility.await().atMost(LIMIT).until(() -> archive(caches, ".aot"), Files::exists);
    } finally {
      PairProgram.send("CONT", program.pid());
    }
  }

  /** What is mapped by its pager. */
  private static List<String> maps(PairProgram program) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/maps".formatted(program.ask().pager())));
  }

  /** The first that ends so, or one that is not there. */
  private static Path archive(Path caches, String ending) throws IOException {
    Path directory = caches.resolve("emp");
    if (!Files.isDirectory(directory)) {
      return directory.resolve("none");
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .findFirst()
          .orElse(directory.resolve("none"));
    }
  }
}
