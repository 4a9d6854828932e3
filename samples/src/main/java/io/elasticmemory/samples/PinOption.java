package io.elasticmemory.samples;

import io.elasticmemory.samples.bench.fault.Placement;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where application, pager and exporter run, of commands that always pin them. Set by picocli. */
@SuppressWarnings("NullAway.Init")
final class PinOption {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--pin",
      paramLabel = "one|two",
      defaultValue = "one",
      description =
          "All on one CPU, blocking; or the pager on another, where it spins"
              + " (default: ${DEFAULT-VALUE}).")
  private String pin;

  /** The placement; refused in one line if there is no such. */
  Placement placement() {
    return switch (pin) {
      case "one" -> Placement.one();
      case "two" -> Placement.two();
      default ->
          throw new Limits(spec)
              .mistake("--pin " + pin + " is neither one nor two; give one of them");
    };
  }
}
