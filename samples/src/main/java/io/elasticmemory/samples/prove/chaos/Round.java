package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.prove.faults.Oracle;
import io.elasticmemory.tiering.failpoint.Failpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One program in one kind of space, and all that happens to it until its time is over. */
final class Round {
  private static final int THREADS = 4;
  private static final int PAGES_PER_MIB = 256;
  private static final Duration START_MAX = Duration.ofMinutes(5);
  private static final Duration END_MAX = Duration.ofMinutes(5);
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final long LOOK_MILLIS = 5;

  /** Ended by SIGINT or SIGTERM: by who is tired of it, who ends this process as well. */
  private static final Set<Integer> INTERRUPTED = Set.of(128 + 2, 128 + 15);

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long seed;
  private final ChaosTally tally;
  private final StoppedProcesses stopped;
  private final RoundSetting setting;

  Round(long seed, ChaosTally tally, StoppedProcesses stopped) {
    this.seed = seed;
    this.tally = tally;
    this.stopped = stopped;
    setting = RoundSetting.draw(new SplittableRandom(seed));
  }

  RoundSetting setting() {
    return setting;
  }

  /** Runs it; what was not as it must be is in the tally then. Says whether nothing was. */
  boolean run(double seconds) throws IOException {
    try (Workplace workplace = Workplace.create()) {
      Scene scene = new Scene(workplace, setting, seed, tally, stopped);
      try {
        return run(scene, workplace, seconds);
      } finally {
        stopped.close();
        scene.close();
      }
    }
  }

  private boolean run(Scene scene, Workplace workplace, double seconds) throws IOException {
    Path truth = workplace.directory().resolve("truth");
    long pages = (long) setting.dataMib() * PAGES_PER_MIB;
    try (Oracle oracle = new Oracle(truth, THREADS, pages)) {
      Child program = start(workplace, scene, truth);
      if (program.awaitLine("working"::equals, START_MAX).isEmpty()) {
        return failed(program, "it did not begin", false);
      }
      try (SpaceView view = new SpaceView(program.process().pid())) {
        return new Watch(scene, program, oracle, view).run(pages / THREADS, seconds);
      }
    }
  }

  private Child start(Workplace workplace, Scene scene, Path truth) throws IOException {
    JavaProgram program =
        new JavaProgram(ChaosMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .jvm("-Djdk.lang.Process.launchMechanism=" + (setting.forks() ? "FORK" : "POSIX_SPAWN"))
            .with(scene.path(), Integer.toString(setting.dataMib()))
            .with(truth.toString(), Long.toString(seed));
    ProcessBuilder builder = new ProcessBuilder(program.command());
    builder.environment().put(Failpoint.VARIABLE, scene.failpointFile().toString());
    return Child.start(workplace, builder);
  }

  private boolean failed(Child program, String what, boolean hung) {
    boolean hadEnded = !program.process().isAlive();
    Child.Ended ended = program.await(hadEnded ? END_MAX : Duration.ZERO);
    if (INTERRUPTED.contains(ended.exitCode())) {
      return false;
    }
    List<String> wrong = ended.out().lines().filter(line -> line.startsWith("page ")).toList();
    tally.failed(
        "%s: %s; %s %s%s"
            .formatted(
                setting, what, hadEnded ? ended.describe() : "still there", ended.err(), wrong),
        wrong.size(),
        hung);
    return false;
  }

  /** Looks on, and has the lanes at work. */
  private final class Watch {
    private final Scene scene;
    private final Child program;
    private final Oracle oracle;
    private final SpaceView view;
    private SpaceView.Look look;
    private long nextSecond = System.nanoTime() + SECOND_NANOS;
    private boolean hangs;

    Watch(Scene scene, Child program, Oracle oracle, SpaceView view) {
      this.scene = scene;
      this.program = program;
      this.oracle = oracle;
      this.view = view;
      look = view.look(new SpaceView.Look(0, 0, false));
    }

    boolean run(long accessesOfAPass, double seconds) throws IOException {
      // What has never left cannot come back wrong: first all is written.
      look(System.nanoTime() + START_MAX.toNanos(), accessesOfAPass);
      List<Lane> lanes = lanes();
      lanes.forEach(Lane::start);
      look(System.nanoTime() + (long) (seconds * SECOND_NANOS), Long.MAX_VALUE);
      scene.end();
      lanes.forEach(Lane::join);
      tally.accessed(oracle.accessesOfTheSlowest() * THREADS);
      String failure = scene.failure();
      return failure == null ? endsWhole() : failed(program, failure, hangs);
    }

    private List<Lane> lanes() {
      return List.of(
          new PagerLane(scene, schedule(Harm.Lane.PAGERS), program.process().toHandle()),
          new ExporterLane(scene, schedule(Harm.Lane.EXPORTERS)),
          new NetworkLane(scene, schedule(Harm.Lane.NETWORK)),
          new DiskLane(scene, schedule(Harm.Lane.DISK)),
          new ProgramLane(scene, schedule(Harm.Lane.PROGRAM), program));
    }

    private Schedule schedule(Harm.Lane lane) {
      return new Schedule(lane, seed, this::isPossible);
    }

    private boolean isPossible(Harm harm) {
      return (setting.hasStandby() || !harm.needsStandby())
          && (harm.lane() != Harm.Lane.DISK || scene.disk().can(harm));
    }

    /** Looks until then, or until each thread has done so much, or something is wrong. */
    private void look(long end, long accesses) {
      while (System.nanoTime() - end < 0
          && oracle.accessesOfTheSlowest() < accesses
          && !scene.isOver()) {
        look();
        boolean _ = scene.pause(LOOK_MILLIS);
      }
    }

    private void look() {
      long now = System.nanoTime();
      look = view.look(look);
      scene.whole().saw(look, now);
      scene.saw(look.pagerPid(), oracle.accessesOfTheSlowest());
      if (now - nextSecond >= 0) {
        nextSecond = now + SECOND_NANOS;
        tally.longest(Math.max(oracle.takeLongestNanos(), oracle.longestUnderWayNanos()));
      }
      if (oracle.wrongPage().isPresent()) {
        scene.fail("page %d is wrong".formatted(oracle.wrongPage().getAsLong()));
      } else if (oracle.longestUnderWayNanos() > HANG_NANOS) {
        hangs = true;
        scene.fail(
            "an access hangs, for %d s".formatted(oracle.longestUnderWayNanos() / SECOND_NANOS));
      } else if (!program.process().isAlive()) {
        scene.fail("the program has ended");
      }
    }

    /** Both exporters have all again, and every page is read once more. */
    private boolean endsWhole() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Lane.HANG_MILLIS);
      while (!scene.whole().isSo(System.nanoTime())) {
        if (System.nanoTime() - end >= 0 || !program.process().isAlive()) {
          return failed(program, "the exporters do not have the same again", false);
        }
        look();
        sleep();
      }
      Scene.tell(program, "end");
      boolean isWhole = program.awaitLine("whole"::equals, END_MAX).isPresent();
      Child.Ended ended = program.await(END_MAX);
      return (isWhole && ended.exitCode() == 0)
          || failed(program, "it did not end as it should", ended.timedOut());
    }

    private static void sleep() {
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
