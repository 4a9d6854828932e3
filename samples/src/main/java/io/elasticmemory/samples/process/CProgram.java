package io.elasticmemory.samples.process;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A floor: a program in C, compiled on the spot, that does something with the least that can. */
public final class CProgram {
  private static final int COMPILE_SECONDS_MAX = 60;
  private static final String COMPILER = "gcc";

  private final Workplace workplace;
  private final Path program;

  private CProgram(Workplace workplace, Path program) {
    this.workplace = workplace;
    this.program = program;
  }

  /** Whether there is a C compiler. */
  public static boolean isPossible() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":")).map(Path::of).anyMatch(CProgram::hasCompiler);
  }

  private static boolean hasCompiler(Path directory) {
    return Files.isExecutable(directory.resolve(COMPILER));
  }

  /**
   * Compiles a program into the workplace, unless it is there already.
   *
   * @param neighbour a class of the package that the source is a resource of
   * @param name of the source, without its suffix {@code .c}
   * @param libraries it needs besides that of C, as the compiler is told
   * @throws EmpException of kind PLATFORM if there is no C compiler
   */
  public static CProgram compile(
      Workplace workplace, Class<?> neighbour, String name, String... libraries)
      throws IOException {
    Path program = workplace.directory().resolve(name);
    CProgram compiled = new CProgram(workplace, program);
    if (Files.exists(program)) {
      return compiled;
    }
    Path source = workplace.directory().resolve(name + ".c");
    try (InputStream code = neighbour.getResourceAsStream(name + ".c")) {
      if (code == null) {
        throw new EmpException(Kind.INTERNAL, name + ".c is missing in samples; rebuild it");
      }
      Files.copy(code, source);
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of(COMPILER, "-O2", "-Wall", "-o", program.toString(), source.toString()));
    command.add("-ldl");
    command.addAll(List.of(libraries));
    compiled.output(command, COMPILE_SECONDS_MAX);
    return compiled;
  }

  /**
   * Runs it.
   *
   * @return the line of {@code name=value} that it prints
   * @throws EmpException of kind PLATFORM if it fails or takes longer
   */
  public String run(int secondsMax, String... arguments) throws IOException {
    return output(command(arguments), secondsMax);
  }

  /** Starts it, for somebody who speaks with it; what it says of errors is said here. */
  public Process begin(String... arguments) throws IOException {
    return workplace.start(
        new ProcessBuilder(command(arguments)).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** A number of such a line. */
  public static long number(String line, String name) {
    for (String word : line.strip().split(" ")) {
      if (word.startsWith(name + "=")) {
        return Long.parseLong(word.substring(name.length() + 1));
      }
    }
    throw failure("the floor said '" + line.strip() + "' without " + name, "report a bug");
  }

  /** It says little, so that no pipe can fill. */
  private String output(List<String> command, int secondsMax) throws IOException {
    Process process = start(command);
    try {
      if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
        Workplace.end(process);
        throw failure(
            command.getFirst() + " has not ended in " + secondsMax + " s", "ask for less");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Workplace.end(process);
      throw failure(command.getFirst() + " was not waited for", "run it again");
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.exitValue() != 0) {
      throw failure(
          command.getFirst() + " ended with " + process.exitValue() + ": " + output,
          "see 'emp doctor'");
    }
    return output;
  }

  private Process start(List<String> command) throws IOException {
    try {
      return workplace.start(new ProcessBuilder(command).redirectErrorStream(true));
    } catch (IOException e) {
      if (command.getFirst().equals(COMPILER)) {
        throw failure(
            "gcc is missing, and the floor is written in C",
            "install it (Debian, Ubuntu: apt-get install gcc libc6-dev), or leave the floor out");
      }
      throw e;
    }
  }

  private static EmpException failure(String what, String remedy) {
    return new EmpException(Kind.PLATFORM, what + "; " + remedy);
  }
}
