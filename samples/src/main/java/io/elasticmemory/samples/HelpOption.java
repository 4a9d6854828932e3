package io.elasticmemory.samples;

import picocli.CommandLine.Option;

/** The option that every command below {@code emp} has. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean wanted;
}
