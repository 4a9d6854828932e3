package io.elasticmemory.samples;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code emp exporter}: only a name in the list of commands. The exporter is a program of its own,
 * to which {@link EmpMain#main} gives the arguments as they are.
 */
@Command(name = "exporter", description = "Lends DRAM of this machine; see emp exporter --help.")
final class ExporterCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  ExporterCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "the exporter is a program of its own; start it with bin/emp");
  }
}
