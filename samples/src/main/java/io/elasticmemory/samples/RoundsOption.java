package io.elasticmemory.samples;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How often something is measured. Set by picocli. */
@SuppressWarnings("NullAway.Init")
final class RoundsOption {
  private static final int MAX = 1000;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measurements, of which medians are taken (default: ${DEFAULT-VALUE}).")
  private int rounds;

  /** With so many unless the user says otherwise. */
  RoundsOption(int rounds) {
    this.rounds = rounds;
  }

  /** How many; refused in one line if that is none or more than {@value #MAX}. */
  int count() {
    new Limits(spec).require("--rounds", rounds, 1, MAX);
    return rounds;
  }
}
