package io.elasticmemory.samples;

import io.elasticmemory.samples.prove.chaos.Chaos;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code emp chaos}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "chaos",
    sortOptions = false,
    description = {
      "All that may fail, failing at the same time, around programs that check every word:",
      "pagers killed and stopped, exporters of a pair killed, stopped and restarted, a network",
      "that delays, loses, repeats and damages, a disk that is full, DRAM that becomes less,",
      "arenas that come and go, and child processes."
    },
    footer = {
      "",
      "A seed repeats what is done and in which order; how that meets the program is another",
      "matter. A line every ten seconds on standard error says how far it is. Ctrl-C ends all",
      "of it and shows what was found by then.",
      "",
      "Exit code: 0 if no word was wrong, nothing hung and every program ended as it should,",
      "1 if not.",
      "",
      "Examples:",
      "  emp chaos --minutes 20",
      "  emp chaos --minutes 5 --seed 4711 --json chaos.json"
    })
final class ChaosCommand implements Callable<Integer> {
  private static final double MINUTES_MIN = 0.1;
  private static final double MINUTES_MAX = 10_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "For how long (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Chooses what is done, and when (default: another each time).")
  private @Nullable Long seed;

  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    if (!(minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes is %s; give %s to %.0f".formatted(minutes, MINUTES_MIN, MINUTES_MAX));
    }
    json.check();
    long chosen = seed == null ? System.currentTimeMillis() : seed;
    Chaos chaos = new Chaos(minutes, chosen, json.people(), spec.commandLine().getErr());
    AtomicBoolean isShown = new AtomicBoolean();
    Thread end = new Thread(() -> endEarly(chaos, isShown), "chaos-end");
    Runtime.getRuntime().addShutdownHook(end);
    boolean isGood;
    try {
      isGood = chaos.run();
    } finally {
      remove(end);
    }
    if (isShown.compareAndSet(false, true)) {
      chaos.sumUp();
      json.write(chaos.toJson());
    }
    return isGood ? 0 : EmpMain.EXIT_FAILED;
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running.
    }
  }

  /** On Ctrl-C; the workplace ends the processes meanwhile. */
  private void endEarly(Chaos chaos, AtomicBoolean isShown) {
    chaos.end();
    if (!isShown.compareAndSet(false, true)) {
      return;
    }
    try {
      chaos.sumUp();
      json.write(chaos.toJson());
    } catch (IOException e) {
      spec.commandLine().getErr().println("emp chaos: " + e.getMessage());
    }
  }
}
