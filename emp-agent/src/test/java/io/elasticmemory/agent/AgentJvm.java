package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs a program of the tests in a JVM of its own, with the jar that was built. */
final class AgentJvm {
  private static final int SECONDS_MAX = 300;

  /** A thread for each, because all wait at once and a machine may have one CPU. */
  private static final Executor READERS = task -> Thread.ofPlatform().daemon().start(task);

  private final List<String> jvmOptions = new ArrayList<>();
  private final List<String> before = new ArrayList<>();
  private String jar = jar();
  private String agentOptions = "";
  private String environment = "";
  private final List<Path> classPath = new ArrayList<>();
  private boolean hasAgent = true;
  private boolean hasOwnClasses = true;
  private String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** What one JVM said. */
  record Said(int exitCode, String out, String errors) {}

  /** The agent's jar. */
  static String jar() {
    return System.getProperty("emp.agent.jar");
  }

  AgentJvm agentOptions(String options) {
    agentOptions = options;
    return this;
  }

  AgentJvm environment(String path) {
    environment = path;
    return this;
  }

  AgentJvm jvmOptions(String... options) {
    jvmOptions.addAll(List.of(options));
    return this;
  }

  AgentJvm java(String command) {
    java = command;
    return this;
  }

  /** To be attached later. */
  AgentJvm withoutAgent() {
    hasAgent = false;
    return this;
  }

  /** Before the classes of the program. */
  AgentJvm classPath(Path place) {
    classPath.add(place);
    return this;
  }

  /** Instead of the classes of the program. */
  AgentJvm onlyClassPath(Path jar) {
    hasOwnClasses = false;
    return classPath(jar);
  }

  /** Words before the command: another command that runs it. */
  AgentJvm before(String... words) {
    before.addAll(List.of(words));
    return this;
  }

  /** A copy of the agent's jar. */
  AgentJvm jar(Path copy) {
    jar = copy.toString();
    return this;
  }

  /** What happens to the program while it runs. */
  interface Meanwhile {
    void happen(Running program) throws Exception;
  }

  /** A program that may not have ended yet. */
  static final class Running {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<Void> allLines;

    private Running(Process process) {
      this.process = process;
      this.allLines =
          CompletableFuture.runAsync(
              () -> process.inputReader(UTF_8).lines().forEach(this::add), READERS);
    }

    private synchronized void add(String line) {
      lines.add(line);
      notifyAll();
    }

    Process process() {
      return process;
    }

    /** Waits until it has said this. */
    synchronized void awaitLine(String line) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
      while (!lines.contains(line)) {
        assertThat(System.nanoTime()).as("no '%s' among %s", line, lines).isLessThan(end);
        wait(100);
      }
    }

    /** Gives it a line to read. */
    void writeLine() throws IOException {
      Writer input = process.outputWriter();
      input.write("go on\n");
      input.flush();
    }

    private String out() throws Exception {
      allLines.get(SECONDS_MAX, TimeUnit.SECONDS);
      synchronized (this) {
        return text(lines);
      }
    }
  }

  /** Waits for its end. */
  Said run(Class<?> program, String... arguments) throws Exception {
    return run(program, _ -> {}, arguments);
  }

  /** Does something to it, then waits for its end. */
  Said run(Class<?> program, Meanwhile meanwhile, String... arguments) throws Exception {
    if (hasOwnClasses) {
      classPath.add(Path.of(place(program)));
    }
    return run(program.getName(), meanwhile, arguments);
  }

  /** A program that is only known by its name. */
  Said run(String mainClass, Meanwhile meanwhile, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(before);
    words.add(java);
    words.addAll(jvmOptions);
    // What it says of these programs, not of the agent.
    words.add("--sun-misc-unsafe-memory-access=allow");
    if (hasAgent) {
      words.add("-javaagent:" + jar + (agentOptions.isEmpty() ? "" : "=" + agentOptions));
    }
    words.add("-cp");
    words.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    words.add(mainClass);
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().remove("EMP_MEM_PATH");
    builder.environment().put("EMP_PMEM_PATH", environment);
    return said(builder.start(), meanwhile);
  }

  private static Said said(Process process, Meanwhile meanwhile) throws Exception {
    try {
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(
              () -> text(process.errorReader(UTF_8).lines().toList()), READERS);
      Running running = new Running(process);
      meanwhile.happen(running);
      String out = running.out();
      assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      return new Said(process.exitValue(), out, errors.get(SECONDS_MAX, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }

  /** Where the class comes from. */
  static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (Exception e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
