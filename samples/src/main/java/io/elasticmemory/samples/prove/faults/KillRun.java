package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** One program, whose pagers are killed one after the other while it checks every word. */
final class KillRun {
  private static final int THREADS = 4;
  private static final int PAGES_PER_MIB = 256;
  private static final int DRAM_PART = 4;
  private static final long DRAM_MIB_MIN = 16;
  private static final long SLAB_MIB = 64;

  /** Room for what a full exporter does not take, and for the reserve. */
  private static final long SPILL_MORE_MIB = 4 * SLAB_MIB;

  /** After so long nothing goes on any more: several times what a fault may wait. */
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(40);

  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofMinutes(10);
  private static final int MOMENT_MICROS_MAX = 60_000;
  private static final int TAKE_OVER_MICROS_MAX = 40_000;

  /** So many kills of pagers that serve, to one of a pager that takes over, and to one stop. */
  private static final int TAKE_OVER_EVERY = 4;

  private static final int STOP_EVERY = 8;

  /** Each thread does so much before the next kill. */
  private static final long ACCESSES_BETWEEN = 20;

  private static final long LOOK_MILLIS = 1;

  private final Stage stage;
  private final FaultScale scale;
  private final KillSetting setting;
  private final KillTally tally;
  private final RandomGenerator random;

  KillRun(Stage stage, FaultScale scale, KillSetting setting, KillTally tally) {
    this.stage = stage;
    this.scale = scale;
    this.setting = setting;
    this.tally = tally;
    random = stage.random();
  }

  /** Kills so many pagers; says false if something was not as it must be. */
  boolean kill(int kills) throws IOException {
    long remoteMib = slabs(scale.dataMib() / 2);
    LocalExporter exporter = LocalExporter.start(stage.workplace(), remoteMib);
    Path file = stage.newSpill();
    try (Oracle oracle = new Oracle(file, THREADS, scale.dataMib() * PAGES_PER_MIB)) {
      Child child = start(path(exporter, remoteMib), file);
      try {
        return kill(kills, child, oracle);
      } finally {
        child.process().destroyForcibly();
      }
    } finally {
      exporter.process().destroy();
    }
  }

  private Child start(String path, Path file) throws IOException {
    JavaProgram program =
        new JavaProgram(WritersMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .with(path, Long.toString(spreadMib()), file.toString(), Long.toString(stage.seed()));
    return stage.start(program.command());
  }

  private String path(LocalExporter exporter, long remoteMib) {
    return "dram:%d%s|%s|%s:%d:0?reserve=lazy"
        .formatted(
            Math.max(DRAM_MIB_MIN, scale.dataMib() / DRAM_PART),
            setting.hasStandby() ? "?standby=on" : "",
            exporter.entry(remoteMib),
            stage.newSpill(),
            slabs(spreadMib()) + SPILL_MORE_MIB);
  }

  private long spreadMib() {
    return setting.isSparse() ? scale.sparseMib() : scale.dataMib();
  }

  private static long slabs(long mib) {
    return Math.ceilDiv(mib, SLAB_MIB) * SLAB_MIB;
  }

  private boolean kill(int kills, Child child, Oracle oracle) throws IOException {
    if (child.awaitLine("working"::equals, START_MAX).isEmpty()) {
      return failed(child, "it did not begin");
    }
    try (ObservedSpace space = ObservedSpace.of(child.process().pid()).getFirst()) {
      if (!goesOn(child, oracle)) {
        return failed(child, "it does nothing");
      }
      for (int end = tally.kills() + kills; tally.kills() < end; ) {
        if (!killOnce(child, oracle, space)) {
          return false;
        }
      }
    }
    return endsWhole(child);
  }

  private boolean killOnce(Child child, Oracle oracle, ObservedSpace space) throws IOException {
    pause(MOMENT_MICROS_MAX);
    long _ = oracle.takeLongestNanos();
    boolean stops = setting.hasStandby() && random.nextInt(STOP_EVERY) == 0;
    boolean killsTheNext = random.nextInt(TAKE_OVER_EVERY) == 0;
    if (!end(space, child, stops, false) || (killsTheNext && !killNext(space, child))) {
      return failed(child, "no pager follows");
    }
    if (!goesOn(child, oracle)) {
      tally.hung();
      return failed(child, "it does not go on, for %d ms".formatted(underWayMillis(oracle)));
    }
    long longest = oracle.takeLongestNanos();
    if (!killsTheNext) {
      tally.stalled(longest);
    }
    if (oracle.wrongPage().isPresent()) {
      return failed(child, "page %d is wrong".formatted(oracle.wrongPage().getAsLong()));
    }
    return true;
  }

  private boolean killNext(ObservedSpace space, Child child) throws IOException {
    pause(TAKE_OVER_MICROS_MAX);
    return end(space, child, false, true);
  }

  /** Kills or stops the pager that serves, and waits until another says that it does. */
  private boolean end(ObservedSpace space, Child child, boolean stops, boolean isTakingOver)
      throws IOException {
    long pid = pagerPid(space);
    if (stops) {
      new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
    } else {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    tally.killed(isTakingOver, stops);
    return await(child, () -> pagerPid(space) != pid);
  }

  private static long pagerPid(ObservedSpace space) {
    return space.count().map(counted -> counted.pagerPid()).orElse(0L);
  }

  private static boolean goesOn(Child child, Oracle oracle) {
    long enough = oracle.accessesOfTheSlowest() + ACCESSES_BETWEEN;
    return await(child, () -> oracle.accessesOfTheSlowest() >= enough);
  }

  private static boolean await(Child child, BooleanSupplier condition) {
    long end = System.nanoTime() + HANG_NANOS;
    while (!condition.getAsBoolean()) {
      if (!child.process().isAlive() || System.nanoTime() - end >= 0) {
        return false;
      }
      sleepMicros(TimeUnit.MILLISECONDS.toMicros(LOOK_MILLIS));
    }
    return true;
  }

  private void pause(int microsMax) {
    sleepMicros(random.nextInt(microsMax));
  }

  private static void sleepMicros(long micros) {
    try {
      TimeUnit.MICROSECONDS.sleep(micros);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long underWayMillis(Oracle oracle) {
    return TimeUnit.NANOSECONDS.toMillis(oracle.longestUnderWayNanos());
  }

  /** Every page is read once more. */
  private boolean endsWhole(Child child) throws IOException {
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    boolean isWhole = child.awaitLine("whole"::equals, END_MAX).isPresent();
    Child.Ended ended = child.await(END_MAX);
    if (!isWhole || ended.exitCode() != 0) {
      return failed(ended, "it did not end as it should");
    }
    return true;
  }

  private boolean failed(Child child, String what) {
    // What it has to say comes when it has ended.
    child.process().destroyForcibly();
    return failed(child.await(END_MAX), what);
  }

  private boolean failed(Child.Ended ended, String what) {
    List<String> said = ended.out().lines().filter(line -> line.startsWith("page ")).toList();
    tally.foundWrong(said.size());
    tally.failed();
    return stage.check(
        false,
        "%s, after %d kills: %s; %s %s"
            .formatted(setting.label(), tally.kills(), what, ended.describe(), said));
  }
}
