package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.Holdings;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Item 6: what is closed is gone. */
final class LeakItem implements Item {
  private static final int WARM_UPS = 30;
  private static final int ARENA_WARM_UPS = 300;

  /** Of data, more than there is DRAM. */
  private static final int DATA_MIB = 24;

  private static final int DRAM_MIB = 16;
  private static final int REMOTE_MIB = 128;

  /** For one space, and for those before it whose pagers are just ending. */
  private static final int LENT_MIB = 3 * REMOTE_MIB;

  private static final int SPILL_MIB = 256;
  private static final Duration EACH_MAX = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Threads that have done their work end in their own time. */
  private static final long SETTLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(90);

  private static final long LOOK_MILLIS = 100;
  private static final int SAY_EVERY = 100;

  private final FaultScale scale;

  LeakItem(FaultScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "%d spaces opened and closed, %d arenas: no descriptor, memory, slot or process left"
        .formatted(scale.opens(), scale.arenas());
  }

  @Override
  public void show(Stage stage) throws IOException {
    // Leases that were left over would soon leave none for the next.
    LocalExporter first = LocalExporter.startFull(stage.workplace(), LENT_MIB);
    LocalExporter second = LocalExporter.startFull(stage.workplace(), LENT_MIB);
    List<LocalExporter> exporters = List.of(first, second);
    JavaProgram opens =
        program(OpensMain.class)
            .with(Integer.toString(DATA_MIB), Integer.toString(warmUps(WARM_UPS, scale.opens())))
            .with(Integer.toString(scale.opens()))
            .with(alone(stage, first), pair(first, second));
    hold(stage, "spaces", opens, exporters, scale.opens());
    JavaProgram arenas =
        program(ArenasMain.class)
            .with(Integer.toString(warmUps(ARENA_WARM_UPS, scale.arenas())))
            .with(Integer.toString(scale.arenas()), Long.toString(stage.seed()))
            .with(alone(stage, first));
    hold(stage, "arenas", arenas, exporters, 0);
  }

  /** Compilers that come and go would be taken for threads that are left. */
  private static JavaProgram program(Class<?> main) {
    return new JavaProgram(main.getName())
        .jvm("-Xmx48m", "-Xms48m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC")
        .jvm("-XX:-UseDynamicNumberOfCompilerThreads");
  }

  private static int warmUps(int wanted, int count) {
    return Math.max(2, Math.min(wanted, count / 3));
  }

  private static String alone(Stage stage, LocalExporter exporter) {
    return "dram:%d?shards=1|%s|%s:%d:0?reserve=lazy"
        .formatted(DRAM_MIB, exporter.entry(REMOTE_MIB), stage.newSpill(), SPILL_MIB);
  }

  private static String pair(LocalExporter first, LocalExporter second) {
    return "dram:%d?standby=on&shards=1|%s?replicas=2|%s?replicas=2"
        .formatted(DRAM_MIB, first.entry(REMOTE_MIB), second.entry(REMOTE_MIB));
  }

  private static void hold(
      Stage stage, String what, JavaProgram program, List<LocalExporter> exporters, int opens)
      throws IOException {
    Child child = stage.start(program.command());
    Duration limit = LIMIT.plus(EACH_MAX.multipliedBy(opens));
    if (child.awaitLine("warm"::equals, limit).isEmpty()) {
      failed(stage, what, child);
      return;
    }
    // One that opens spaces has none now, the other one has its pager.
    int children = opens > 0 ? 0 : Integer.MAX_VALUE;
    List<Held> held = new ArrayList<>();
    held.add(Held.of("the program", child.process().pid(), children));
    for (LocalExporter exporter : exporters) {
      held.add(Held.of("exporter " + exporter.port(), exporter.pid(), children));
    }
    goOn(child);
    for (int opened = SAY_EVERY; opened <= opens; opened += SAY_EVERY) {
      if (child.awaitLine(("opened " + opened)::equals, limit).isPresent()) {
        stage.say("        %d of %d opened and closed".formatted(opened, opens));
      }
    }
    if (child.awaitLine("done"::equals, limit).isEmpty()) {
      failed(stage, what, child);
      return;
    }
    for (Held each : held) {
      each.judge(stage, what);
    }
    goOn(child);
    judge(stage, what, child.await(LIMIT));
  }

  private static void judge(Stage stage, String what, Child.Ended ended) {
    for (String line : ended.out().lines().filter(said -> said.startsWith("left ")).toList()) {
      stage.check(line.endsWith(": nothing"), line);
    }
    stage.check(ended.exitCode() == 0, what + ": " + ended.describe());
  }

  private static void failed(Stage stage, String what, Child child) {
    child.process().destroyForcibly();
    Child.Ended ended = child.await(LIMIT);
    List<String> pages = ended.out().lines().filter(line -> line.startsWith("page ")).toList();
    stage.check(false, "%s: it did not get through, %s %s".formatted(what, ended.err(), pages));
  }

  private static void goOn(Child child) throws IOException {
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
  }

  /** A process and what it held when all was warm. */
  private record Held(String name, long pid, Holdings before) {
    /** Waits until those of its children that are to end have ended. */
    static Held of(String name, long pid, int childrenMax) throws IOException {
      long end = System.nanoTime() + SETTLE_NANOS_MAX;
      Holdings now = Holdings.of(pid);
      while (now.children() > childrenMax && System.nanoTime() - end < 0) {
        sleep();
        now = Holdings.of(pid);
      }
      return new Held(name, pid, now);
    }

    void judge(Stage stage, String what) throws IOException {
      long end = System.nanoTime() + SETTLE_NANOS_MAX;
      Holdings now = Holdings.of(pid);
      while (!now.moreThan(before).isEmpty() && System.nanoTime() - end < 0) {
        sleep();
        now = Holdings.of(pid);
      }
      List<String> more = now.moreThan(before);
      stage.check(
          more.isEmpty(),
          "%s, %s: before %s; after %s%s"
              .formatted(
                  what,
                  name,
                  before.describe(),
                  now.describe(),
                  more.isEmpty() ? "" : "; left: " + String.join(", ", more)));
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
