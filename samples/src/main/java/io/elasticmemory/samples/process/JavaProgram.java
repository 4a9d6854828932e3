package io.elasticmemory.samples.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of this project to be run in a JVM of its own, with the same Java and the same classes
 * as this one.
 */
public final class JavaProgram {
  private final String mainClass;
  private final List<String> jvmOptions = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();

  /** The program with this main class. */
  public JavaProgram(String mainClass) {
    this.mainClass = mainClass;
  }

  /** Adds options for the JVM. */
  public JavaProgram jvm(String... options) {
    jvmOptions.addAll(List.of(options));
    return this;
  }

  /** Adds arguments for the program. */
  public JavaProgram with(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** The command line. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(ClassPath.current());
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }
}
