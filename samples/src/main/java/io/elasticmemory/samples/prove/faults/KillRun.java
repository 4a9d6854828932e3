package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.chaos.Direction;
import io.elasticmemory.samples.chaos.FaultProxy;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.tiering.failpoint.Failpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One program, whose pagers are killed one after the other while it checks every word. */
final class KillRun {
  private static final int THREADS = 4;
  private static final int PAGES_PER_MIB = 256;
  private static final int DRAM_PART = 4;
  private static final long DRAM_MIB_MIN = 16;
  private static final long SLAB_MIB = 64;

  /** Room for what a full exporter does not take, and for the reserve. */
  private static final long SPILL_MORE_MIB = 4 * SLAB_MIB;

  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofMinutes(10);

  /** So many pagers are killed while the space fills, and none after that until it is full. */
  private static final int FILLING_KILLS = 8;

  /** Each thread does so much before the next kill. */
  private static final long ACCESSES_BETWEEN = 20;

  private final Stage stage;
  private final FaultScale scale;
  private final KillSetting setting;
  private final @Nullable Path failpoints;
  private final @Nullable Nonces nonces;
  private final StolenTime stolen = new StolenTime();

  /**
   * One program.
   *
   * @param failpoints the file of its pagers' failpoints, null for none
   * @param nonces listens to what it stores, null if nobody does
   */
  KillRun(
      Stage stage,
      FaultScale scale,
      KillSetting setting,
      @Nullable Path failpoints,
      @Nullable Nonces nonces) {
    this.stage = stage;
    this.scale = scale;
    this.setting = setting;
    this.failpoints = failpoints;
    this.nonces = nonces;
  }

  /** Lets pagers be killed; says false if something was not as it must be. */
  boolean let(Killer killer) throws IOException {
    long remoteMib = slabs(scale.dataMib() / 2);
    LocalExporter exporter = LocalExporter.start(stage.workplace(), remoteMib);
    try {
      return nonces == null
          ? let(killer, exporter.entry(remoteMib))
          : letOverheard(killer, exporter, remoteMib, nonces);
    } finally {
      exporter.process().destroy();
    }
  }

  private boolean letOverheard(
      Killer killer, LocalExporter exporter, long remoteMib, Nonces listening) throws IOException {
    try (FaultProxy proxy = FaultProxy.start(at(exporter), stage.seed())) {
      proxy.inject(_ -> listening.listener(), Direction.REQUESTS);
      return let(killer, "127.0.0.1:" + remoteMib + ":" + proxy.port());
    }
  }

  private static InetSocketAddress at(LocalExporter exporter) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), exporter.port());
  }

  private boolean let(Killer killer, String exporter) throws IOException {
    Path file = stage.newSpill();
    try (Oracle oracle = new Oracle(file, THREADS, scale.dataMib() * PAGES_PER_MIB)) {
      Child child = start(path(exporter), file);
      try {
        return kill(killer, child, oracle);
      } finally {
        child.process().destroyForcibly();
      }
    }
  }

  private Child start(String path, Path file) throws IOException {
    JavaProgram program =
        new JavaProgram(WritersMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .with(path, Long.toString(spreadMib()), file.toString(), Long.toString(stage.seed()));
    ProcessBuilder builder = new ProcessBuilder(program.command());
    if (failpoints != null) {
      builder.environment().put(Failpoint.VARIABLE, failpoints.toString());
    }
    return Child.start(stage.workplace(), builder);
  }

  private String path(String exporter) {
    return "dram:%d?standby=%s&encrypt=%s|%s|%s:%d:0?reserve=lazy"
        .formatted(
            Math.max(DRAM_MIB_MIN, scale.dataMib() / DRAM_PART),
            setting.hasStandby() ? "on" : "off",
            setting.isEncrypted() ? "aes-gcm" : "none",
            exporter,
            stage.newSpill(),
            slabs(spreadMib()) + SPILL_MORE_MIB);
  }

  private long spreadMib() {
    return setting.isSparse() ? scale.sparseMib() : scale.dataMib();
  }

  private static long slabs(long mib) {
    return Math.ceilDiv(mib, SLAB_MIB) * SLAB_MIB;
  }

  private boolean kill(Killer killer, Child child, Oracle oracle) throws IOException {
    if (child.awaitLine("working"::equals, START_MAX).isEmpty()) {
      return failed(child, killer, "it did not begin");
    }
    Runnable beforeEnd =
        () -> {
          oracle.takeLongestNanos();
          stolen.begin();
        };
    try (KilledSpace space = new KilledSpace(child, beforeEnd)) {
      if (!goesOn(space, oracle)) {
        return failed(child, killer, "it does nothing");
      }
      // Some of the steps that failpoints name are rare in a space that is full.
      for (int killed = 0; killer.hasNext(); killed++) {
        if (killed == FILLING_KILLS && failpoints == null && !fills(space, oracle)) {
          killer.tally().hung();
          return failed(
              child, killer, "it does not fill, for %d ms".formatted(underWayMillis(oracle)));
        }
        Optional<String> wrong = killOnce(killer, space, oracle);
        if (wrong.isPresent()) {
          return failed(child, killer, wrong.get());
        }
      }
    }
    return endsWhole(child, killer);
  }

  private Optional<String> killOnce(Killer killer, KilledSpace space, Oracle oracle)
      throws IOException {
    boolean isFull = isFull(oracle);
    Optional<String> wrong = killer.kill(space);
    if (wrong.isPresent()) {
      return wrong;
    }
    if (!goesOn(space, oracle)) {
      killer.tally().hung();
      return Optional.of("it does not go on, for %d ms".formatted(underWayMillis(oracle)));
    }
    long longest = oracle.takeLongestNanos();
    if (isFull && killer.isTimed()) {
      killer.tally().stalled(longest, stolen.nanos());
    }
    return oracle.wrongPage().isEmpty()
        ? Optional.empty()
        : Optional.of("page %d is wrong".formatted(oracle.wrongPage().getAsLong()));
  }

  /** Whether each thread has written all of its pages once: what comes before is no large space. */
  private boolean isFull(Oracle oracle) {
    return oracle.accessesOfTheSlowest() >= scale.dataMib() * PAGES_PER_MIB / THREADS;
  }

  /** Waits until it is full; false if it stands still before that. */
  private boolean fills(KilledSpace space, Oracle oracle) {
    boolean goesOn = true;
    while (goesOn && !isFull(oracle)) {
      goesOn = goesOn(space, oracle);
    }
    return goesOn;
  }

  private static boolean goesOn(KilledSpace space, Oracle oracle) {
    long enough = oracle.accessesOfTheSlowest() + ACCESSES_BETWEEN;
    return space.await(() -> oracle.accessesOfTheSlowest() >= enough);
  }

  private static long underWayMillis(Oracle oracle) {
    return TimeUnit.NANOSECONDS.toMillis(oracle.longestUnderWayNanos());
  }

  /** Every page is read once more. */
  private boolean endsWhole(Child child, Killer killer) throws IOException {
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    boolean isWhole = child.awaitLine("whole"::equals, END_MAX).isPresent();
    Child.Ended ended = child.await(END_MAX);
    if (!isWhole || ended.exitCode() != 0) {
      return failed(ended, killer, "it did not end as it should");
    }
    return true;
  }

  private boolean failed(Child child, Killer killer, String what) {
    // What it has to say comes when it has ended.
    child.process().destroyForcibly();
    return failed(child.await(END_MAX), killer, what);
  }

  private boolean failed(Child.Ended ended, Killer killer, String what) {
    if (stage.workplace().isClosed()) {
      throw new IllegalStateException("interrupted: what was not saved counts for nothing");
    }
    List<String> said = ended.out().lines().filter(line -> line.startsWith("page ")).toList();
    KillTally tally = killer.tally();
    tally.foundWrong(said.size());
    tally.failed();
    return stage.check(
        false,
        "%s, after %d kills: %s; %s %s"
            .formatted(setting.label(), tally.kills(), what, ended.describe(), said));
  }
}
