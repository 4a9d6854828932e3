package io.elasticmemory.samples;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.PagerProcess;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code emp attach}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "attach",
    description = {
      "Loads the agent into a running Java program: what it allocates off the heap from now on,"
          + " and",
      "is large enough, lies in a space. What it has already stays where it is."
    },
    sortOptions = false,
    footer = {
      "",
      "The program runs on JDK 25 or newer, as the same user or seen by root. It warns that an"
          + " agent",
      "was loaded unless it was started with -XX:+EnableDynamicAgentLoading.",
      "",
      "Exit code: 0 if the program has a space now, also if it had one; 1 if it could not get one:",
      "it has said why on its standard error; 2 if the agent could not be loaded.",
      "",
      "Examples:",
      "  emp attach 4711 --path 'dram:1024|/var/tmp/spill:8192:0'",
      "  emp attach 4711 --min 64k --include org.acme.*"
    })
final class AttachCommand implements Callable<Integer> {
  private static final int EXIT_NO_SPACE = 1;
  private static final long WAIT_MILLIS_MAX = 20_000;
  private static final long GRACE_MILLIS = 6_000;
  private static final long LOOK_MILLIS = 100;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "The process id of the program.")
  private long pid;

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "The memory path. Default: that of this command's environment.")
  private @Nullable String path;

  @Option(
      names = "--min",
      paramLabel = "SIZE",
      description = "Smaller allocations stay ordinary, such as 64k. Default: 1m.")
  private @Nullable String min;

  @Option(
      names = "--include",
      paramLabel = "NAMES",
      description = "Only what these classes or packages allocate: org.acme.Table:org.acme.io.*")
  private @Nullable String include;

  @Option(names = "--exclude", paramLabel = "NAMES", description = "Not what these allocate.")
  private @Nullable String exclude;

  @Option(
      names = "--strict",
      description = "An OutOfMemoryError where the space is full, instead of ordinary memory.")
  private boolean strict;

  @Option(
      names = "--usermode",
      description =
          "Where the kernel's own faults may not be handled, be content with those of the program.")
  private boolean usermode;

  @Override
  public Integer call() throws InterruptedException {
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "there is no process " + pid + "; jps lists those of Java"));
    String options = options();
    if (hasSpace()) {
      say("process %d has a space already; nothing was changed", pid);
      return 0;
    }
    load(AgentJar.find(), options);
    awaitSpace(process);
    if (hasSpace()) {
      say("process %d has a space now; see emp stat %d", pid, pid);
      return 0;
    }
    spec.commandLine()
        .getErr()
        .println(
            "emp: process %d got no space; it has said why on its standard error".formatted(pid));
    return EXIT_NO_SPACE;
  }

  /** As long as there is hope: a pager that starts. */
  private void awaitSpace(ProcessHandle process) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX);
    long grace = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
    while (!hasSpace() && process.isAlive() && end - System.nanoTime() > 0) {
      if (grace - System.nanoTime() < 0 && !hasPager(process)) {
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Whether a pager descends from it, by way of its watcher. */
  static boolean hasPager(ProcessHandle process) {
    return process.descendants().anyMatch(PagerProcess::is);
  }

  private void say(String line, Object... arguments) {
    spec.commandLine().getOut().println(line.formatted(arguments));
    spec.commandLine().getOut().flush();
  }

  /** In the form the agent takes, the path last because it may hold commas. */
  private String options() {
    String memory = path != null ? path : MemPath.fromEnvironment(System.getenv()).toString();
    MemPath parsed = MemPath.parse(memory);
    parsed.requireSupported();
    List<String> options = new ArrayList<>();
    add(options, "min", min);
    add(options, "include", include);
    add(options, "exclude", exclude);
    if (strict) {
      options.add("strict=true");
    }
    if (usermode) {
      options.add("usermode=true");
    }
    options.add("path=" + absolute(parsed));
    return String.join(",", options);
  }

  /** The program may run in another directory than this command. */
  static MemPath absolute(MemPath path) {
    return new MemPath(path.entries().stream().map(AttachCommand::absolute).toList());
  }

  private static Entry absolute(Entry entry) {
    return entry instanceof SpillFile(String file, var mib, var reserve, var compress)
        ? new SpillFile(
            Path.of(file).toAbsolutePath().normalize().toString(), mib, reserve, compress)
        : entry;
  }

  private void add(List<String> options, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (value.indexOf(',') >= 0) {
      throw new ParameterException(
          spec.commandLine(), "--%s is '%s', and must not hold a comma".formatted(name, value));
    }
    options.add(name + "=" + value);
  }

  /** Whether there is one that a pager serves; while it is being opened it may still be refused. */
  private boolean hasSpace() {
    try {
      List<ObservedSpace> spaces = ObservedSpace.of(pid);
      try {
        return spaces.stream().anyMatch(AttachCommand::isServed);
      } finally {
        spaces.forEach(ObservedSpace::close);
      }
    } catch (EmpException e) {
      return false;
    }
  }

  private static boolean isServed(ObservedSpace space) {
    return space.count().filter(counted -> counted.get(Counter.turns) > 0).isPresent();
  }

  private void load(Path jar, String options) {
    try {
      ByteBuddyAgent.attach(jar.toFile(), Long.toString(pid), options);
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new EmpException(
          Kind.PLATFORM,
          ("the agent cannot be loaded into process %d: %s; it must be a Java program of the same"
                  + " user that allows it (no -XX:-EnableDynamicAgentLoading, no"
                  + " -XX:+DisableAttachMechanism); else start it with emp run")
              .formatted(pid, cause.getMessage()),
          e);
    }
  }
}
