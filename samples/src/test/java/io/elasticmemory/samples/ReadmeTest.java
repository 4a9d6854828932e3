package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.ClassPath;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users copy from the README works. */
class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  @TempDir private Path directory;

  @Test
  void compilesItsProgram() throws IOException {
    List<String> programs = find("(?s)```java\\n(.*?)```");
    assertThat(programs).isNotEmpty();
    for (String program : programs) {
      String name = program.replaceAll("(?s).*?\\bclass (\\w+).*", "$1");
      Path source = Files.writeString(directory.resolve(name + ".java"), program);
      assertThat(compile(source)).isEmpty();
    }
  }

  @Test
  void showsOnlyPathsThatCanBeRead() throws IOException {
    List<String> paths = find("\"(dram:[^\"]*)\"");
    assertThat(paths).isNotEmpty();
    for (String path : paths) {
      assertThat(MemPath.parse(path).unsupported()).as(path).isEmpty();
    }
  }

  private String compile(Path source) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
            "-cp",
            ClassPath.current(),
            "-d",
            directory.toString(),
            source.toString());
    try (Workplace workplace = Workplace.create(directory)) {
      Child.Ended ended =
          Child.start(workplace, new ProcessBuilder(command)).await(Duration.ofMinutes(1));
      return ended.exitCode() == 0 ? "" : ended.describe() + ended.err();
    }
  }

  private static List<String> find(String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(README))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
