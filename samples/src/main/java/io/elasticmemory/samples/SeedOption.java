package io.elasticmemory.samples;

import picocli.CommandLine.Option;

/** What every choice of a measurement follows from. Set by picocli. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Chooses what is drawn: data, places, their order (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** The seed. */
  long value() {
    return seed;
  }
}
