package io.elasticmemory.samples;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of a command's options. */
record Limits(CommandSpec command) {
  /** Refuses a value out of its range in one line. */
  void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          command.commandLine(), "%s is %d; give %d to %d".formatted(option, value, least, most));
    }
  }
}
