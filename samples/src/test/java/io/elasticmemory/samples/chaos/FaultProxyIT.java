package io.elasticmemory.samples.chaos;

import static io.elasticmemory.samples.chaos.Direction.ANSWERS;
import static io.elasticmemory.samples.chaos.Direction.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real space whose exporter is behind the proxy meets every kind of mischief, one after the
 * other. What must be: no word is ever wrong, and the program goes on when the way is healed, or is
 * stopped in time with the reason.
 */
@Timeout(600)
class FaultProxyIT {
  private static final long SEED = Seeds.choose("FaultProxyIT");
  private static final int EXPORTER_MIB = 192;
  private static final int SIZE_MIB = 16;
  private static final int FAULT_TIMEOUT_MILLIS = 10_000;

  /** What a fault may wait, a round of the slowest machine, and a JVM that ends. */
  private static final Duration PATIENCE = Duration.ofMillis(FAULT_TIMEOUT_MILLIS + 60_000);

  private static final Duration START = Duration.ofMinutes(3);
  private static final double TOXICITY = 0.05;

  /** So much that hardly a greeting passes. */
  private static final double TOXICITY_OF_GREETINGS = 0.5;

  /** What cuts, changes or moves bytes; the others only take time, which they do to all bytes. */
  private static final Set<Kind> CONCERN_PAYLOADS =
      EnumSet.of(
          Kind.SLICER,
          Kind.LIMIT_DATA,
          Kind.DUPLICATE,
          Kind.REORDER,
          Kind.STALE_REPLY,
          Kind.FLIP_HEADER,
          Kind.FLIP_PAYLOAD,
          Kind.TRUNCATE);

  /** Mischief, where, how much of it, and for how long at least. */
  private record Case(Kind kind, int millis, double toxicity, Direction... directions) {
    Case(Kind kind, int millis, Direction... directions) {
      this(kind, millis, TOXICITY, directions);
    }

    /** Whether what it does to compressed bytes may differ from what it does to others. */
    boolean concernsPayloads() {
      return CONCERN_PAYLOADS.contains(kind);
    }

    @Override
    public String toString() {
      return kind + " " + Arrays.toString(directions) + (toxicity == TOXICITY ? "" : " greeting");
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(Kind.LATENCY, 150, REQUESTS, ANSWERS),
          new Case(Kind.JITTER, 150, REQUESTS, ANSWERS),
          new Case(Kind.BANDWIDTH, 150, REQUESTS, ANSWERS),
          new Case(Kind.SLICER, 150, REQUESTS, ANSWERS),
          new Case(Kind.RESET_PEER, 150, REQUESTS, ANSWERS),
          new Case(Kind.LIMIT_DATA, 150, REQUESTS),
          new Case(Kind.LIMIT_DATA, 150, ANSWERS),
          new Case(Kind.TIMEOUT, 500, REQUESTS),
          new Case(Kind.TIMEOUT, 500, ANSWERS),
          new Case(Kind.TIMEOUT, 2_500, REQUESTS, ANSWERS),
          new Case(Kind.BLACK_HOLE, 100, REQUESTS, ANSWERS),
          new Case(Kind.SLOW_CLOSE, 150, REQUESTS, ANSWERS),
          new Case(Kind.DROP, 100, REQUESTS),
          new Case(Kind.DROP, 100, ANSWERS),
          new Case(Kind.DUPLICATE, 150, REQUESTS),
          new Case(Kind.DUPLICATE, 150, ANSWERS),
          new Case(Kind.REORDER, 150, REQUESTS),
          new Case(Kind.REORDER, 150, ANSWERS),
          new Case(Kind.STALE_REPLY, 150, ANSWERS),
          new Case(Kind.FLIP_HEADER, 150, REQUESTS),
          new Case(Kind.FLIP_HEADER, 150, ANSWERS),
          new Case(Kind.FLIP_PAYLOAD, 150, REQUESTS),
          new Case(Kind.FLIP_PAYLOAD, 150, ANSWERS),
          new Case(Kind.FLIP_HEADER, 600, TOXICITY_OF_GREETINGS, REQUESTS, ANSWERS),
          new Case(Kind.FLIP_PAYLOAD, 600, TOXICITY_OF_GREETINGS, REQUESTS, ANSWERS),
          new Case(Kind.TRUNCATE, 150, REQUESTS),
          new Case(Kind.TRUNCATE, 150, ANSWERS));

  @ParameterizedTest
  @ValueSource(strings = {"none", "lz4"})
  void leavesEveryWordRight(String compression) throws Exception {
    List<String> outcomes = new ArrayList<>();
    try (Workplace workplace = Workplace.create();
        Exporter exporter = Exporter.start(ExporterSettings.lending((long) EXPORTER_MIB << 20));
        FaultProxy proxy = FaultProxy.start(exporter.address(), SEED)) {
      Victim victim = new Victim(workplace, proxy, compression);
      for (Case one : CASES) {
        if (compression.equals("none") || one.concernsPayloads()) {
          outcomes.add(victim.meet(one));
        }
      }
      victim.end();
    } finally {
      System.out.println("FaultProxyIT, compress=" + compression + ", seed " + SEED);
      outcomes.forEach(System.out::println);
    }
  }

  /** The program behind the proxy, or its successor if it was stopped. */
  private static final class Victim {
    private final Workplace workplace;
    private final FaultProxy proxy;
    private final String path;
    private Child child;
    private int round;

    Victim(Workplace workplace, FaultProxy proxy, String compression) throws Exception {
      this.workplace = workplace;
      this.proxy = proxy;
      path =
          "dram:8?block=16k&shards=1&faultTimeoutMillis=%d|127.0.0.1:%d:%d?compress=%s"
              .formatted(FAULT_TIMEOUT_MILLIS, EXPORTER_MIB, proxy.port(), compression);
      start();
    }

    private void start() throws Exception {
      JavaProgram program =
          new JavaProgram(RoundsMain.class.getName())
              .jvm("-Xmx128m")
              .with(path, Integer.toString(SIZE_MIB), Long.toString(SEED));
      child = Child.start(workplace, new ProcessBuilder(program.command()));
      round = 0;
      assertThat(awaitRound(START)).as(() -> child.await(Duration.ZERO).describe()).isTrue();
    }

    /** Waits for the end of a round, none of whose words may be wrong. */
    private boolean awaitRound(Duration limit) {
      String prefix = "round " + round + " wrong ";
      Optional<String> line = child.awaitLine(said -> said.startsWith(prefix), limit);
      line.ifPresent(said -> assertThat(said).isEqualTo(prefix + 0));
      round += line.isPresent() ? 1 : 0;
      return line.isPresent();
    }

    private void passRounds() {
      while (awaitRound(Duration.ZERO)) {
        // Over already.
      }
    }

    String meet(Case one) throws Exception {
      long before = proxy.injected();
      long begun = System.nanoTime();
      proxy.inject(one.kind(), one.toxicity(), one.directions());
      // So that greetings meet it, too.
      proxy.cut();
      long end = begun + Duration.ofMillis(one.millis()).toNanos();
      await(() -> System.nanoTime() > end && proxy.injected() > before);
      passRounds();
      proxy.heal();
      long injected = proxy.injected() - before;
      assertThat(child.process().isAlive() || injected > 0).as("%s did nothing", one).isTrue();
      boolean goesOn = awaitRound(PATIENCE);
      long millis = (System.nanoTime() - begun) / 1_000_000;
      return "  %-40s %4d times, %s, %d ms".formatted(one, injected, outcome(one, goesOn), millis);
    }

    private void await(BooleanSupplier done) throws InterruptedException {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!done.getAsBoolean() && child.process().isAlive() && System.nanoTime() < end) {
        Thread.sleep(5);
      }
    }

    private String outcome(Case one, boolean goesOn) throws Exception {
      if (goesOn) {
        return "went on";
      }
      assertThat(child.process().isAlive()).as("%s: the program hangs", one).isFalse();
      Child.Ended ended = child.await(PATIENCE);
      assertThat(ended.err()).as("%s: %s", one, ended.describe()).isNotEmpty();
      assertThat(ended.err().getLast()).contains("is lost");
      start();
      return "stopped: " + ended.err().getLast();
    }

    void end() throws Exception {
      child.process().getOutputStream().close();
      Child.Ended ended = child.await(PATIENCE);
      assertThat(ended.exitCode()).as(ended.describe()).isZero();
      passRounds();
    }
  }
}
