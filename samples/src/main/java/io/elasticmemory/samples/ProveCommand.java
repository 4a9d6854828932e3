package io.elasticmemory.samples;

import io.elasticmemory.samples.prove.Proof;
import io.elasticmemory.samples.prove.Scale;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code emp prove}. */
@Command(
    name = "prove",
    description = "Shows with real processes that EMP does what it promises.",
    synopsisSubcommandLabel = "SUBJECT",
    subcommands = {ProveCommand.Space.class})
final class ProveCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  ProveCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a subject is missing");
  }

  /** {@code emp prove space}. Set by picocli. */
  @SuppressWarnings("NullAway.Init")
  @Command(
      name = "space",
      description = "What a tiered space must show: see the list below.",
      sortOptions = false,
      footer = {
        "",
        "Items:",
        "  1 the demo                          6 clean passes, promotion",
        "  2 memcheck, every mode and block    7 deaths, signals, failing donors",
        "  3 the same while resizing           8 bad input",
        "  4 a lazy space of 1 TiB             9 speed",
        "  5 System.gc() with every collector",
        "",
        "Exit code: 0 if everything was shown, 1 if not.",
        "",
        "Examples:",
        "  emp prove space --quick",
        "  emp prove space --only 2,3 --json result.json"
      })
  static final class Space implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--only", paramLabel = "N", split = ",", description = "Only these items.")
    private @Nullable List<Integer> only;

    @Option(names = "--quick", description = "A sixteenth of the sizes, and few repetitions.")
    private boolean quick;

    @Option(names = "--seed", paramLabel = "N", description = "Chooses values and places.")
    private @Nullable Long seed;

    @Mixin private JsonTarget json;

    @Override
    public Integer call() throws IOException {
      json.check();
      Proof proof =
          new Proof(
              quick ? Scale.QUICK : Scale.FULL,
              seed == null ? System.currentTimeMillis() : seed,
              json.people());
      List<Integer> numbers = only == null ? Proof.numbers() : only;
      if (!Proof.numbers().containsAll(numbers)) {
        throw new ParameterException(
            spec.commandLine(), "--only " + numbers + ": items are " + Proof.numbers());
      }
      boolean good = proof.run(numbers);
      json.write(proof.toJson());
      return good ? 0 : EmpMain.EXIT_FAILED;
    }
  }
}
