package io.elasticmemory.samples;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of a command's options. */
record Limits(CommandSpec command) {
  /** Refuses a value out of its range in one line. */
  void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw mistake("%s is %d; give %d to %d".formatted(option, value, least, most));
    }
  }

  /** What the user has done wrong, to be thrown. */
  ParameterException mistake(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
