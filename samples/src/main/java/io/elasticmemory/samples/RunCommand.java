package io.elasticmemory.samples;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code emp run}: only a name in the list of commands. The program takes the place of {@code
 * bin/emp} itself, so that its process id, signals and exit code are its own.
 */
@Command(
    name = "run",
    description = "Runs a Java program with larger memory, unchanged; see emp run --help.")
final class RunCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  RunCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "the program takes the place of the command; start it with bin/emp");
  }
}
