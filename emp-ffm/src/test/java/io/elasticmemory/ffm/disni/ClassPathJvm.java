package io.elasticmemory.ffm.disni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM that has everything on its class path, as DiSNI's users have it. */
final class ClassPathJvm {
  private static final int SECONDS_MAX = 120;

  private ClassPathJvm() {}

  /** Runs a program, which is to end with 0; returns what it has said. */
  static String run(Path folder, Class<?> program) throws Exception {
    Path said = folder.resolve("said.txt");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
    line.add(program.getName());
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(process.exitValue()).as(Files.readString(said)).isZero();
      return Files.readString(said);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String classPath() {
    Stream<String> own =
        Stream.of("target/test-classes", "target/classes")
            .map(f -> Path.of(f).toAbsolutePath().toString());
    Stream<String> others =
        Stream.of("jdk.module.path", "java.class.path", "emp.disniExamples")
            .flatMap(p -> Stream.of(System.getProperty(p, "").split(File.pathSeparator)));
    return Stream.concat(own, others)
        .filter(entry -> !entry.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
