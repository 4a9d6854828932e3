package io.elasticmemory.samples;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.MissEstimate;
import io.elasticmemory.samples.stat.ObservedAgent;
import io.elasticmemory.samples.stat.ObservedAgent.Given;
import io.elasticmemory.samples.stat.ObservedSpace;
import io.elasticmemory.samples.stat.StatTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code emp stat}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "stat",
    description = {
      "Shows what the spaces of a running program are doing, and how many misses there would be",
      "with half, one and a half and twice the DRAM. The program does not notice."
    },
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if it was shown, also until Ctrl-C; 2 if there is no such process, it has no"
          + " space, or it may not be looked at.",
      "",
      "Examples:",
      "  emp stat 4711",
      "  emp stat 4711 --watch 5",
      "  emp stat 4711 --json -"
    })
final class StatCommand implements Callable<Integer> {
  private static final double SECONDS_MIN = 0.1;
  private static final double SECONDS_MAX = 86_400;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "The process id of the program.")
  private long pid;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description = "Show it again and again, each time what happened since the last.")
  private @Nullable Double watchSeconds;

  @Mixin private JsonTarget json;

  private Optional<ObservedAgent> agent = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireArguments();
    json.check();
    List<ObservedSpace> spaces = ObservedSpace.of(pid);
    try {
      agent = ObservedAgent.of(pid, false);
      List<Optional<Counted>> before = show(spaces, List.of());
      if (watchSeconds != null) {
        watch(spaces, before, Math.round(watchSeconds * 1000));
      }
    } finally {
      spaces.forEach(ObservedSpace::close);
      agent.ifPresent(ObservedAgent::close);
    }
    return 0;
  }

  private void requireArguments() {
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      throw mistake("'%d' is no process id; give that of a Java program, see jps".formatted(pid));
    }
    // Written so that NaN is refused, too.
    if (watchSeconds != null && !(watchSeconds >= SECONDS_MIN && watchSeconds <= SECONDS_MAX)) {
      throw mistake(
          String.format(
              Locale.ROOT,
              "--watch is %s; give %s to %.0f seconds",
              watchSeconds,
              SECONDS_MIN,
              SECONDS_MAX));
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Until the spaces are closed, or the user has seen enough. */
  private void watch(List<ObservedSpace> spaces, List<Optional<Counted>> first, long pauseMillis)
      throws IOException, InterruptedException {
    // Ctrl-C is how this is meant to end, so it ends with 0 and not with the number of the signal.
    Thread end = new Thread(() -> Runtime.getRuntime().halt(0), "stat-end");
    Runtime.getRuntime().addShutdownHook(end);
    List<Optional<Counted>> before = first;
    while (before.stream().anyMatch(Optional::isPresent)) {
      Thread.sleep(pauseMillis);
      lookForAgent();
      before = show(spaces, before);
    }
    Runtime.getRuntime().removeShutdownHook(end);
    spec.commandLine().getErr().println("process " + pid + " has closed its space");
  }

  /** It shows itself a moment after its space, or is attached later. */
  private void lookForAgent() {
    if (agent.isEmpty()) {
      try {
        agent = ObservedAgent.of(pid, false);
      } catch (EmpException e) {
        // The program has just ended, which is seen next.
      }
    }
  }

  /** Shows each space that is open, with what was counted since {@code before}, if given. */
  private List<Optional<Counted>> show(List<ObservedSpace> spaces, List<Optional<Counted>> before)
      throws IOException {
    List<Optional<Counted>> all = new ArrayList<>();
    List<JsonObject> objects = new ArrayList<>();
    for (int i = 0; i < spaces.size(); i++) {
      Optional<Counted> counted = spaces.get(i).count();
      all.add(counted);
      if (counted.isPresent()) {
        Counted now = counted.get();
        Optional<Counted> last = before.isEmpty() ? Optional.empty() : before.get(i);
        Counted shown = last.map(now::since).orElse(now);
        new StatTable(now, shown, json.people()).print(pid);
        // The agent has one space, and it is the first.
        if (i == 0) {
          agent.ifPresent(page -> printAgent(page.given()));
        }
        objects.add(toJson(now, shown));
      }
    }
    if (!objects.isEmpty()) {
      JsonObject object = new JsonObject().put("pid", pid);
      agent.ifPresent(page -> put(object, page.given()));
      json.write(object.putObjects("spaces", objects));
    }
    return all;
  }

  private void printAgent(Given given) {
    json.people()
        .printf(
            Locale.ROOT,
            "  agent          %,d allocations of %s and more, %,d freed, %s in use, %,d fell back;"
                + " hooks %d ms, space %d ms%n",
            given.allocations(),
            StatTable.size(given.minBytes()),
            given.freed(),
            StatTable.size(given.usedBytes()),
            given.fallbacks(),
            given.hooksMillis(),
            given.spaceMillis());
    json.people().flush();
  }

  private static void put(JsonObject object, Given given) {
    object
        .put("agentMinBytes", given.minBytes())
        .put("agentAllocations", given.allocations())
        .put("agentFreed", given.freed())
        .put("agentUsedBytes", given.usedBytes())
        .put("agentFallbacks", given.fallbacks())
        .put("agentHooksMillis", given.hooksMillis())
        .put("agentSpaceMillis", given.spaceMillis());
  }

  private static JsonObject toJson(Counted now, Counted shown) {
    MissEstimate misses = MissEstimate.of(shown);
    JsonObject object =
        new JsonObject()
            .put("pagerPid", now.pagerPid())
            .put("standbyPid", now.standbyPid())
            .put("build", now.version())
            .put("budgetReason", now.budgetReason().name().toLowerCase(Locale.ROOT))
            .put("shards", now.shards())
            .put("blockBytes", now.blockBytes())
            .put("seconds", now.seconds())
            .put("shownSeconds", shown.seconds())
            .put("missesCounted", misses.counted())
            .put("missesSampled", misses.sampled())
            .put("missesUnknown", misses.reason());
    put(object, "missesAtHalf", misses.half());
    put(object, "missesAtHalfMore", misses.halfMore());
    put(object, "missesAtTwice", misses.twice());
    for (Counter counter : Counter.values()) {
      boolean isOfEach = counter == Counter.blocksPerSpecimen;
      object.put(counter.name(), isOfEach ? now.blocksPerSpecimen() : now.get(counter));
    }
    return object;
  }

  private static void put(JsonObject object, String name, OptionalLong value) {
    if (value.isPresent()) {
      object.put(name, value.getAsLong());
    } else {
      object.putNull(name);
    }
  }
}
