package io.elasticmemory.samples;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.stat.ObservedProgram;
import io.elasticmemory.samples.stat.ObservedProgram.Seen;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp top}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "top",
    description = {
      "Shows the running Java programs that have a space and may be looked at: those of this user,",
      "or all to root. Again every two seconds, with what happened in between."
    },
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if something was shown, also until Ctrl-C; 2 if no program has a space.",
      "",
      "Examples:",
      "  emp top",
      "  emp top --once --json -"
    })
final class TopCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 2000;
  private static final long ONCE_MILLIS = 1000;
  private static final double MIB = 1 << 20;
  private static final int NAME_CHARACTERS = 28;

  /** To the upper left corner, and everything from there on away: any terminal since the VT100. */
  private static final String CLEAR = "\033[H\033[J";

  private static final Counter[] IN = {
    Counter.bytesFromCompressed, Counter.bytesFromRemote, Counter.bytesFromSsd
  };
  private static final Counter[] OUT = {
    Counter.bytesToCompressed, Counter.bytesToRemote, Counter.bytesToSsd
  };

  @Spec private CommandSpec spec;

  @Option(names = "--once", description = "Show what happens within one second, and end.")
  private boolean once;

  @Mixin private JsonTarget json;

  private final Map<Long, ObservedProgram> programs = new TreeMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    json.check();
    try {
      if (look().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println("emp top: no program that may be looked at has a space; see emp run --help");
        return EmpMain.EXIT_REFUSED;
      }
      if (once) {
        Thread.sleep(ONCE_MILLIS);
        show(look());
      } else {
        watch();
      }
    } finally {
      programs.values().forEach(ObservedProgram::close);
    }
    return 0;
  }

  /** Until the user has seen enough. */
  private void watch() throws IOException, InterruptedException {
    // Ctrl-C is how this is meant to end, so it ends with 0 and not with the number of the signal.
    Thread end = new Thread(() -> Runtime.getRuntime().halt(0), "top-end");
    Runtime.getRuntime().addShutdownHook(end);
    boolean redraws = System.console() != null && System.console().isTerminal();
    Thread.sleep(ONCE_MILLIS);
    while (!json.people().checkError()) {
      if (redraws && !json.isStandardOutput()) {
        json.people().print(CLEAR);
      }
      show(look());
      Thread.sleep(PAUSE_MILLIS);
    }
    Runtime.getRuntime().removeShutdownHook(end);
  }

  private List<Seen> look() throws IOException {
    ObservedProgram.find(programs);
    return programs.values().stream().map(ObservedProgram::look).flatMap(Optional::stream).toList();
  }

  private void show(List<Seen> all) throws IOException {
    PrintWriter out = json.people();
    out.printf(
        "%7s  %-28s %17s %9s %9s %9s %9s %9s %9s %9s%n",
        "PID",
        "PROGRAM",
        "DRAM MiB",
        "DATA MiB",
        "zero/s",
        "compr./s",
        "remote/s",
        "SSD/s",
        "in MiB/s",
        "out MiB/s");
    all.forEach(seen -> print(seen, out));
    if (all.isEmpty()) {
      out.println("no program has a space");
    }
    out.flush();
    json.write(new JsonObject().putObjects("programs", all.stream().map(this::toJson).toList()));
  }

  private static void print(Seen seen, PrintWriter out) {
    String name = seen.name();
    int extra = name.length() - NAME_CHARACTERS;
    out.printf(
        Locale.ROOT,
        "%7d  %-28s %8.1f/%8.1f %9s %9.0f %9.0f %9.0f %9.0f %9.1f %9.1f%n",
        seen.pid(),
        extra > 0 ? ".." + name.substring(extra + 2) : name,
        seen.now().get(Counter.residentBytes) / MIB,
        seen.now().get(Counter.budgetBytes) / MIB,
        seen.usedBytes().isPresent()
            ? String.format(Locale.ROOT, "%.1f", seen.usedBytes().getAsLong() / MIB)
            : "-",
        seen.perSecond(Counter.faultsZero),
        seen.perSecond(Counter.faultsCompressed),
        seen.perSecond(Counter.faultsRemote),
        seen.perSecond(Counter.faultsSsd),
        seen.perSecond(IN) / MIB,
        seen.perSecond(OUT) / MIB);
  }

  private JsonObject toJson(Seen seen) {
    JsonObject object =
        new JsonObject()
            .put("pid", seen.pid())
            .put("program", seen.name())
            .put("pagerPid", seen.now().pagerPid())
            .put("residentBytes", seen.now().get(Counter.residentBytes))
            .put("budgetBytes", seen.now().get(Counter.budgetBytes));
    if (seen.usedBytes().isPresent()) {
      object.put("usedBytes", seen.usedBytes().getAsLong());
    } else {
      object.putNull("usedBytes");
    }
    return object
        .put("seconds", seen.rates().seconds())
        .put("faultsZeroPerSecond", seen.perSecond(Counter.faultsZero))
        .put("faultsCompressedPerSecond", seen.perSecond(Counter.faultsCompressed))
        .put("faultsRemotePerSecond", seen.perSecond(Counter.faultsRemote))
        .put("faultsSsdPerSecond", seen.perSecond(Counter.faultsSsd))
        .put("bytesInPerSecond", seen.perSecond(IN))
        .put("bytesOutPerSecond", seen.perSecond(OUT));
  }
}
