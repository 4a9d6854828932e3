package io.elasticmemory.samples;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Proof;
import io.elasticmemory.samples.prove.Scale;
import io.elasticmemory.samples.prove.SpaceItems;
import io.elasticmemory.samples.prove.agent.AgentItems;
import io.elasticmemory.samples.prove.agent.AgentScale;
import io.elasticmemory.samples.prove.faults.FaultItems;
import io.elasticmemory.samples.prove.faults.FaultScale;
import io.elasticmemory.samples.prove.faults.KillPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
    subcommands = {ProveCommand.Space.class, ProveCommand.Agent.class, ProveCommand.Faults.class})
final class ProveCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  ProveCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a subject is missing");
  }

  /** What all subjects have in common. Set by picocli. */
  @SuppressWarnings("NullAway.Init")
  @Command(sortOptions = false)
  private abstract static class Subject implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--only", paramLabel = "N", split = ",", description = "Only these items.")
    private @Nullable List<Integer> only;

    @Option(names = "--quick", description = "Small sizes, and few repetitions.")
    private boolean quick;

    @Option(names = "--seed", paramLabel = "N", description = "Chooses values and places.")
    private @Nullable Long seed;

    @Mixin private JsonTarget json;

    abstract List<Item> items(boolean isQuick);

    @Override
    public Integer call() throws IOException {
      json.check();
      Proof proof =
          new Proof(
              spec.name(),
              items(quick),
              quick ? Scale.QUICK : Scale.FULL,
              seed == null ? System.currentTimeMillis() : seed,
              json.people());
      List<Integer> numbers = only == null ? proof.numbers() : only;
      if (!proof.numbers().containsAll(numbers)) {
        throw new ParameterException(
            spec.commandLine(), "--only " + numbers + ": items are " + proof.numbers());
      }
      boolean good = proof.run(numbers);
      json.write(proof.toJson());
      return good ? 0 : EmpMain.EXIT_FAILED;
    }
  }

  /** {@code emp prove space}. */
  @Command(
      name = "space",
      description = "What a tiered space must show: see the list below.",
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
  static final class Space extends Subject {
    @Override
    List<Item> items(boolean isQuick) {
      return SpaceItems.all();
    }
  }

  /** {@code emp prove agent}. */
  @Command(
      name = "agent",
      description = "What a program that knows nothing of EMP must show: see the list below.",
      footer = {
        "",
        "Items:",
        "  1 libraries of others               5 a million allocations, 16 threads",
        "  2 the agent attached under load     6 what the agent costs",
        "  3 other versions on the class path  7 item 5 as nobody",
        "  4 flags of the JVM",
        "",
        "Exit code: 0 if everything was shown, 1 if not.",
        "",
        "Examples:",
        "  emp prove agent --quick",
        "  emp prove agent --only 5,7 --json result.json"
      })
  static final class Agent extends Subject {
    @Override
    List<Item> items(boolean isQuick) {
      return AgentItems.of(isQuick ? AgentScale.QUICK : AgentScale.FULL);
    }
  }

  /** {@code emp prove faults}. Set by picocli. */
  @Command(
      name = "faults",
      description = "That nothing is lost, whatever dies: see the list below.",
      footer = {
        "",
        "Items:",
        "  1 pagers killed at random moments, and at each step of what they do",
        "  2 exporters lost of which there is a copy",
        "  4 bits turned over wherever bytes are kept or travel",
        "  5 all of it at the same time, with three seeds",
        "  6 spaces and arenas opened and closed by the thousand: nothing is left",
        "  7 all nonces of an encrypted space while its pagers are killed",
        "  8 what copies and encryption cost",
        "  (3, each fault by itself, is the table in docs/FAULTS.md, which mvn verify shows.)",
        "",
        "Ctrl-C loses nothing of what is kept with --resume: the same command",
        "goes on, and its counts add up.",
        "",
        "Exit code: 0 if everything was shown, 1 if not.",
        "",
        "Examples:",
        "  emp prove faults --quick",
        "  emp prove faults --only 1 --resume kills.json",
        "  emp prove faults --only 1 --resume kills.json --part points,point-stops"
      })
  static final class Faults extends Subject {
    @Option(
        names = "--resume",
        paramLabel = "FILE",
        description = "Goes on from this file, which need not be there yet.")
    private @Nullable Path resume;

    @Option(
        names = "--part",
        paramLabel = "PART",
        split = ",",
        description = "Of item 1 only these: ${COMPLETION-CANDIDATES}.")
    private Set<KillPart> parts = EnumSet.allOf(KillPart.class);

    @Override
    List<Item> items(boolean isQuick) {
      return FaultItems.of(isQuick ? FaultScale.QUICK : FaultScale.FULL, parts, resume);
    }
  }
}
