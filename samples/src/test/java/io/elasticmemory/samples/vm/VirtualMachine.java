package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scripts in {@code src/vm}, which say what they need. */
final class VirtualMachine {
  /** The address of its device. */
  static final String ADDRESS = "10.0.0.1";

  private static final Path SCRIPTS = Path.of("src/vm").toAbsolutePath();
  private static final Path FOLDER = Path.of("target/rdma-vm").toAbsolutePath();
  private static final Path BUILT = FOLDER.resolve("built");
  private static final int BUILD_SECONDS_MAX = 180;
  private static final int OFF_SECONDS_MAX = 20;

  private VirtualMachine() {}

  /** Builds it, if it is not yet. */
  static void build() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    String script = SCRIPTS.resolve("build.sh").toString();
    Path output = FOLDER.resolve("build.txt");
    int code = run(List.of(script, BUILT.toString()), output, BUILD_SECONDS_MAX);
    assertThat(code).as(Files.readString(output)).isZero();
  }

  /** Runs a command in it, which is to end with 0; returns what it said. */
  static String run(String name, int secondsMax, String command)
      throws IOException, InterruptedException {
    Path output = FOLDER.resolve(name + ".txt");
    String script = SCRIPTS.resolve("run.sh").toString();
    String runFolder = FOLDER.resolve(name).toString();
    List<String> line =
        List.of(script, "-t", "" + secondsMax, BUILT.toString(), runFolder, command);
    int code = run(line, output, secondsMax + OFF_SECONDS_MAX);
    String said = Files.readString(output);
    System.out.println(said);
    assertThat(code).as(said).isZero();
    return said;
  }

  private static int run(List<String> command, Path output, int secondsMax)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(command + " takes too long: " + Files.readString(output));
    }
    return process.exitValue();
  }

  /** A Java program in it, on the classes of this one and those of the tests of other modules. */
  static String java(String... arguments) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=/run/tmp",
                "-Demp.rdma.address=" + ADDRESS,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath()),
            Arrays.stream(arguments))
        .collect(Collectors.joining(" "));
  }

  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String folder : List.of("target/test-classes", "../emp-ffm/target/test-classes")) {
      entries.add(Path.of(folder).toAbsolutePath().normalize().toString());
    }
    for (String property : List.of("jdk.module.path", "java.class.path", "emp.disniExamples")) {
      entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    return String.join(File.pathSeparator, entries.stream().filter(e -> !e.isEmpty()).toList());
  }
}
