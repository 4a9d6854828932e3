package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Signal;
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
  private static final int LOOK_MILLIS = 5;

  /** Classes are not verified, and those of the JDK lie where their archive wants them. */
  private static final String QUICK_START =
      "-XX:+UseSerialGC -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions"
          + " -XX:-BytecodeVerificationRemote -XX:ArchiveRelocationMode=0";

  private VirtualMachine() {}

  /** Builds it, if it is not yet. */
  static void build() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    String script = SCRIPTS.resolve("build.sh").toString();
    Path output = FOLDER.resolve("build.txt");
    Process process =
        new ProcessBuilder(script, BUILT.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (Running building = new Running(process, output, BUILD_SECONDS_MAX)) {
      building.awaitSuccess();
    }
  }

  /** Runs a command in it, which is to end with 0; returns what it said. */
  static String run(String name, int secondsMax, String command)
      throws IOException, InterruptedException {
    try (Running machine = start(name, secondsMax, command)) {
      return machine.awaitSuccess();
    }
  }

  /**
   * Boots it to run a command.
   *
   * @param options more of them for the script
   */
  static Running start(String name, int secondsMax, String command, String... options)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(SCRIPTS.resolve("run.sh").toString(), "-t", "" + secondsMax));
    line.addAll(List.of(options));
    line.addAll(List.of(BUILT.toString(), FOLDER.resolve(name).toString(), command));
    Path output = FOLDER.resolve(name + ".txt");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    return new Running(process, output, secondsMax + OFF_SECONDS_MAX);
  }

  /** A file for what is shared by two of them; it is not there. */
  static Path newFile(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    Files.deleteIfExists(file);
    return file;
  }

  /**
   * One that was booted.
   *
   * @param process of the script
   * @param output what it says
   * @param secondsMax that it may take
   */
  record Running(Process process, Path output, int secondsMax) implements AutoCloseable {
    /** Waits for its end, which is to be with 0; returns what it said. */
    String awaitSuccess() throws IOException, InterruptedException {
      boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
      String said = Files.readString(output);
      System.out.println(said);
      assertThat(ended).as("takes too long: %s", said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    }

    /** Waits until it has said something. */
    void awaitWords(String words) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
      while (!Files.readString(output).contains(words)) {
        requireAlive(end, words);
        Thread.sleep(LOOK_MILLIS);
      }
    }

    /** Waits until it has made a file. */
    void awaitFile(Path file) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
      while (!Files.exists(file)) {
        requireAlive(end, file.toString());
        Thread.sleep(LOOK_MILLIS);
      }
    }

    private void requireAlive(long end, String what) throws IOException {
      assertThat(process.isAlive() && System.nanoTime() - end < 0)
          .as("'%s' in %s", what, Files.readString(output))
          .isTrue();
    }

    /** All of its CPUs stand still, or go on. */
    void send(Signal signal) throws IOException {
      for (ProcessHandle one : process.descendants().toList()) {
        if (one.info().command().orElse("").contains("qemu")) {
          signal.send(one.pid());
        }
      }
    }

    /** It is gone, as if somebody had pulled its plug. */
    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /**
   * A Java program in it, on the classes of this one and those of the tests of other modules. What
   * takes less time where everything is emulated is true for programs that it starts, too: most of
   * them end soon, and what they compile costs more there than it saves.
   */
  static String java(String... arguments) {
    return java("-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5", arguments);
  }

  /** The same with all compilers at work, which takes long there. */
  static String compiled(String... arguments) {
    return java("", arguments);
  }

  private static String java(String compilers, String[] arguments) {
    return Stream.concat(
            Stream.of(
                "JAVA_TOOL_OPTIONS='%s %s'".formatted(QUICK_START, compilers),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Djava.io.tmpdir=/run/tmp",
                "-Demp.rdma.address=" + ADDRESS,
                "-Demp.rdma.interface=dummy0",
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
