package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One run of the program in a setting, seen from outside. */
final class LadderRun {
  private static final Duration READY_MAX = Duration.ofMinutes(3);
  private static final Duration WARM_MAX = Duration.ofMinutes(15);
  private static final Duration RESULT_MORE = Duration.ofMinutes(15);

  /** The exit code after SIGKILL. */
  private static final int KILLED = 128 + 9;

  private static final Duration END_MAX = Duration.ofMinutes(2);

  private final Workplace workplace;
  private final LadderRequest request;
  private final Setting setting;
  private final Class<?> main;

  /** A run of the workload of the request. */
  LadderRun(Workplace workplace, LadderRequest request, Setting setting) {
    this(workplace, request, setting, LadderMain.class);
  }

  /** A run of a program that talks as {@link LadderMain} does. */
  LadderRun(Workplace workplace, LadderRequest request, Setting setting, Class<?> main) {
    this.workplace = workplace;
    this.request = request;
    this.setting = setting;
    this.main = main;
  }

  /** Runs it. */
  Run run(int ratioPercent) throws IOException {
    // A small heap: the program needs little, and what it needs is measured before it has data.
    JavaProgram program =
        new JavaProgram(main.getName())
            .jvm("-Xms8m", "-Xmx48m", "-XX:+UseSerialGC")
            .jvm("-XX:-UsePerfData", "-XX:-UseTransparentHugePages")
            .with(plan(ratioPercent).toArguments().toArray(String[]::new));
    Child child = Child.start(workplace, new ProcessBuilder(setting.starting(program.command())));
    try {
      return follow(child);
    } finally {
      Workplace.end(child.process());
    }
  }

  /** Twice what is asked for, because one batch of accesses may take long. */
  private Duration resultMax() {
    return RESULT_MORE.plusMillis((long) (2000 * request.seconds()));
  }

  private ProgramPlan plan(int ratioPercent) {
    return new ProgramPlan(
        setting.memory(),
        request.workload(),
        request.writesPercent(),
        request.stridePages(),
        request.data(),
        request.sizeMib(),
        ratioPercent,
        request.seconds(),
        request.seed(),
        setting.exporterPids());
  }

  private Run follow(Child child) throws IOException {
    Map<String, String> ready = said(child, LadderMain.READY, READY_MAX);
    long pagerPid = Long.parseLong(ready.getOrDefault("pagerPid", "0"));
    pin(child.process().pid(), pagerPid);
    setting.exporterPids().forEach(this::pin);
    setting.limit(Long.parseLong(ready.getOrDefault("scratchBytes", "0")));
    nudge(child);
    said(child, LadderMain.WARM, WARM_MAX);
    setting.beforeWorkload();
    nudge(child);
    Map<String, String> result = said(child, LadderMain.RESULT, resultMax());
    Map<Figure, Double> seen = setting.observe();
    nudge(child);
    Child.Ended ended = child.await(END_MAX);
    if (ended.exitCode() != 0) {
      throw failure("failed after its result: " + ended.describe());
    }
    return Run.of(result, seen, request.workload().readsWholePages());
  }

  private static Map<String, String> said(Child child, String word, Duration limit)
      throws KilledException {
    Optional<String> said = child.awaitLine(line -> line.startsWith(word), limit);
    if (said.isPresent()) {
      return JsonObject.readFlat(said.get().substring(word.length()));
    }
    Child.Ended ended = child.await(Duration.ofSeconds(1));
    String what = "did not say '%s': %s".formatted(word.strip(), ended.describe());
    if (ended.exitCode() == KILLED) {
      throw new KilledException("the program " + what);
    }
    throw failure(what);
  }

  /** The kernel has killed the program: in a cgroup, because it found nothing to reclaim. */
  static final class KilledException extends IOException {
    private static final long serialVersionUID = 1L;

    KilledException(String message) {
      super(message);
    }
  }

  private void pin(long... pids) {
    if (request.pinning() == Pinning.NONE) {
      return;
    }
    Processes processes = Platform.find().processes();
    int cpu = Placement.one().application();
    for (long pid : pids) {
      if (pid != 0) {
        processes.pinProcess(pid, cpu);
      }
    }
  }

  private static void nudge(Child child) throws IOException {
    OutputStream commands = child.process().getOutputStream();
    commands.write('\n');
    commands.flush();
  }

  private static EmpException failure(String what) {
    return new EmpException(Kind.PLATFORM, "the program " + what);
  }
}
