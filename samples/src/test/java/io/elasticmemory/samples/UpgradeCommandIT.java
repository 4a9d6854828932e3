package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpVersion;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.prove.faults.Oracle;
import io.elasticmemory.samples.prove.faults.WritersMain;
import io.elasticmemory.samples.upgrade.OtherBuild;
import io.elasticmemory.samples.upgrade.Upgrade;
import io.elasticmemory.wire.BlockTableLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code emp upgrade} to another build and back, of a program whose threads compare every page they
 * read with what they wrote last, as an ordinary file has it.
 */
@Timeout(1_800)
class UpgradeCommandIT {
  private static final String OWN = EmpVersion.current();
  private static final String OTHER = "77.0-other";
  private static final int DATA_MIB = 32;
  private static final int EXPORTER_MIB = 128;
  private static final int THREADS = 4;
  private static final int PAGES_PER_MIB = 256;
  private static final long ACCESSES = 200;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** A second is promised; this also holds where dozens want each CPU. */
  private static final long STALL_MILLIS_MAX = 30_000;

  @TempDir private Path folder;

  /** A program in a space of two tiers. */
  private final class Program implements AutoCloseable {
    private final Workplace workplace = Workplace.create();
    private final Oracle oracle;
    private final Child child;

    Program(String options) throws IOException {
      Path truth = workplace.directory().resolve("truth");
      oracle = new Oracle(truth, THREADS, DATA_MIB * PAGES_PER_MIB);
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:8?block=16k&shards=1%s|%s|%s:192:0?reserve=lazy"
              .formatted(
                  options, exporter.entry(EXPORTER_MIB), workplace.directory().resolve("spill"));
      JavaProgram program =
          new JavaProgram(WritersMain.class.getName())
              .jvm("-Xmx64m", "-XX:+UseSerialGC")
              .with(path, Integer.toString(DATA_MIB), truth.toString(), "1");
      child = Child.start(workplace, new ProcessBuilder(program.command()));
      assertThat(child.awaitLine("working"::equals, LIMIT)).isPresent();
      goesOn();
    }

    String pid() {
      return Long.toString(child.process().pid());
    }

    /** Its threads do something, and find nothing wrong. */
    void goesOn() {
      long enough = oracle.accessesOfTheSlowest() + ACCESSES;
      Awaitility.await()
          .atMost(LIMIT)
          .pollInSameThread()
          .until(() -> oracle.accessesOfTheSlowest() >= enough || !child.process().isAlive());
      assertThat(oracle.wrongPage()).isEmpty();
      assertThat(child.process().isAlive()).as(() -> child.await(LIMIT).describe()).isTrue();
    }

    /** The longest that a thread stood still since this was asked. */
    long takeStallMillis() {
      return TimeUnit.NANOSECONDS.toMillis(oracle.takeLongestNanos());
    }

    /** Every page is compared once more. */
    void endsWhole() throws IOException {
      child.process().getOutputStream().write('\n');
      child.process().getOutputStream().flush();
      Child.Ended ended = child.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe() + ended.out()).isZero();
      assertThat(ended.out()).endsWith("whole");
    }

    @Override
    public void close() {
      workplace.close();
      oracle.close();
    }
  }

  private static JsonTree space(Program program) {
    Cli emp = new Cli();
    assertThat(emp.run("stat", program.pid(), "--json", "-")).as(emp.err()).isZero();
    return JsonTree.parse(emp.out()).get("spaces").each().getFirst();
  }

  private static long pager(Program program) {
    return (long) space(program).number("pagerPid");
  }

  private static void assertServes(Program program, String build) {
    assertThat(space(program).get("build").text()).isEqualTo(build);
    Cli emp = new Cli();
    assertThat(emp.run("stat", program.pid())).isZero();
    assertThat(emp.out()).contains("pager %d of build %s".formatted(pager(program), build));
  }

  @ParameterizedTest
  @CsvSource({"'', 2", "&standby=on, 1"})
  void threadsGoOnAndNoWordIsLostThereAndBack(String options, int times) throws Exception {
    String other = OtherBuild.of(OTHER).in(folder.resolve("other")).toString();
    try (Program program = new Program(options)) {
      assertServes(program, OWN);
      List<Long> stalls = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        upgrade(program, OTHER, stalls, "--to", other);
        upgrade(program, OWN, stalls);
      }
      System.out.printf(
          "UpgradeCommandIT, %s: the slowest access took %s ms%n",
          options.isEmpty() ? "without standby" : "with standby", stalls);
      program.endsWhole();
    }
  }

  private static void upgrade(Program program, String build, List<Long> stalls, String... options) {
    long before = pager(program);
    long _ = program.takeStallMillis();
    Cli emp = new Cli();
    List<String> words = new ArrayList<>(List.of("upgrade", program.pid()));
    words.addAll(List.of(options));

    assertThat(emp.run(words.toArray(String[]::new))).as(emp.err()).isZero();
    assertThat(emp.out()).contains("of build %s serves".formatted(build), "pager " + before);
    assertThat(pager(program)).isNotEqualTo(before);
    assertServes(program, build);
    program.goesOn();
    stalls.add(program.takeStallMillis());
    assertThat(stalls.getLast()).isLessThan(STALL_MILLIS_MAX);
  }

  @Test
  void aBuildThatCannotTakeOverChangesNothing() throws Exception {
    Path later = OtherBuild.of(OTHER).withLaterTable().in(folder.resolve("later"));
    Path broken = OtherBuild.of(OTHER).without("ReceivedSpace").in(folder.resolve("broken"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    try (Program program = new Program("")) {
      String pid = program.pid();
      long pager = pager(program);
      assertRefused(
          "build %s cannot take over from build %s, which serves process %s: it has block-table %d instead of %d;"
              .formatted(OTHER, OWN, pid, BlockTableLayout.VERSION + 1, BlockTableLayout.VERSION),
          pid,
          "--to",
          later.toString());
      assertRefused("there is no directory", pid, "--to", folder.resolve("none").toString());
      assertRefused("has no build of EMP", pid, "--to", empty.toString());
      assertRefused("is a pager; give the process id of its program", Long.toString(pager));
      try (Upgrade _ = Upgrade.of(Long.parseLong(pid))) {
        assertRefused("is just being given another pager by somebody else", pid);
      }

      Cli emp = new Cli();
      assertThat(emp.run("upgrade", pid, "--to", broken.toString())).isEqualTo(1);
      assertThat(emp.err()).contains("no pager of build %s got to serve".formatted(OTHER));

      assertThat(pager(program)).as("the pager of the beginning").isEqualTo(pager);
      program.goesOn();
      program.endsWhole();
    }
  }

  @Test
  void aBuildThatFailsWhenItTakesOverIsFollowedByTheOneBefore() throws Exception {
    Path broken = OtherBuild.of(OTHER).without("OpenDonors").in(folder.resolve("broken"));
    try (Program program = new Program("")) {
      long pager = pager(program);
      Cli emp = new Cli();
      assertThat(emp.run("upgrade", program.pid(), "--to", broken.toString())).isEqualTo(1);
      assertThat(emp.err()).contains("no pager of build %s got to serve".formatted(OTHER));

      program.goesOn();
      assertThat(pager(program)).isNotEqualTo(pager);
      assertServes(program, OWN);
      program.endsWhole();
    }
  }

  @Test
  void onlyAProgramWithASpaceIsGivenAnotherPager() throws Exception {
    // Not this one: other tests open spaces in it.
    Process without = new ProcessBuilder("sleep", "60").start();
    assertRefused("has no space open", Long.toString(without.pid()));
    without.destroyForcibly();
    assertRefused("there is no process", Integer.toString(Integer.MAX_VALUE));
    assertRefused("is no process id", "0");
  }

  private static void assertRefused(String reason, String... arguments) {
    Cli emp = new Cli();
    List<String> words = new ArrayList<>(List.of("upgrade"));
    words.addAll(List.of(arguments));
    assertThat(emp.run(words.toArray(String[]::new))).as(emp.out() + emp.err()).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason);
  }
}
