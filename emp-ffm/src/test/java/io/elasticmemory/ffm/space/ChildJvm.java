package io.elasticmemory.ffm.space;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A program in a JVM of its own, on the class path, that opens a space and can be killed. It prints
 * lines on its standard output; what it and everything it has started print on standard error is
 * collected until the last of them has ended.
 */
final class ChildJvm implements AutoCloseable {
  private static final int SECONDS_MAX = 180;

  private final Process process;
  private final BufferedReader out;
  private final List<String> errors = new ArrayList<>();
  private final Thread reader;

  private ChildJvm(Process process) {
    this.process = process;
    this.out = process.inputReader(UTF_8);
    this.reader = Thread.ofPlatform().daemon().start(this::readErrors);
  }

  /** Starts {@code main} on the class path, with options for its JVM and its arguments. */
  static ChildJvm start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", joined(places(main)), main.getName()));
    command.addAll(List.of(arguments));
    return startWith(command);
  }

  /** Starts a JVM with all that stands behind {@code java}. */
  static ChildJvm startWith(List<String> words) throws IOException {
    return startWith(List.of(), words);
  }

  /** The same through another program, which becomes the JVM. */
  static ChildJvm startWith(List<String> through, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(through);
    // A build in the background ignores some signals, and a JVM that inherits that stays deaf.
    command.addAll(List.of("env", "--default-signal=INT,TERM,HUP"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:-UsePerfData"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("EMP_"));
    return new ChildJvm(builder.start());
  }

  /** The folders and jars of a program that opens a space; that of {@code main} first. */
  static List<Path> places(Class<?> main) {
    Set<Path> places = new LinkedHashSet<>();
    for (Class<?> type :
        List.of(
            main,
            Platform.class,
            Platform.find().getClass(),
            PagerProgram.find().getClass(),
            named("org.slf4j.Logger"),
            named("net.jpountz.lz4.LZ4Factory"),
            named("org.slf4j.simple.SimpleLogger"))) {
      places.add(place(type));
    }
    return List.copyOf(places);
  }

  static String joined(List<Path> places) {
    return places.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Of a module that this one does not read. */
  private static Class<?> named(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  long pid() {
    return process.pid();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The next line of its output, which must come. */
  String readLine() throws IOException {
    String line = out.readLine();
    assertThat(line).as(() -> "a line of the child; it said " + errorsSoFar()).isNotNull();
    return line;
  }

  /** Writes an empty line to its input. */
  void writeLine() throws IOException {
    writeLine("");
  }

  /** Writes a line to its input. */
  void writeLine(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** It has nothing more to read. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Waits for its end; true if it came within the time. */
  boolean ends(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  int exitCode() throws InterruptedException {
    assertThat(ends(TimeUnit.SECONDS.toMillis(SECONDS_MAX))).as("the child ends").isTrue();
    return process.exitValue();
  }

  /** All lines on standard error, after everything it started has ended. */
  List<String> errors() throws InterruptedException {
    assertThat(reader.join(Duration.ofSeconds(SECONDS_MAX)))
        .as("everything the child started ends")
        .isTrue();
    return errorsSoFar();
  }

  private List<String> errorsSoFar() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  private void readErrors() {
    try (BufferedReader lines = process.errorReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (errors) {
          errors.add(line);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it and what it has started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
