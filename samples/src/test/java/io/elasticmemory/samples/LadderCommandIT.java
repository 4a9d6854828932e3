package io.elasticmemory.samples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.bench.ladder.Subject;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The ladder at a size that says nothing about speed, with real processes; as root with real swap.
 * Whatever happens, the machine is as it was before. One test at a time: swap is there only once.
 */
@Timeout(600)
@Execution(ExecutionMode.SAME_THREAD)
class LadderCommandIT {
  private static final boolean IS_ROOT = Files.isWritable(Path.of("/proc/sys/vm/page-cluster"));
  private static final Pattern CELL =
      Pattern.compile("\\{\"subject\": \"([\\w-]+)\", \"ratioPercent\": (\\d+), [^}]*}");

  private final Cli emp = new Cli();
  private Map<String, String> before = Map.of();

  @TempDir private Path directory;

  @BeforeEach
  void rememberTheMachine() throws IOException {
    before = machine();
  }

  @AfterEach
  void findsTheMachineAsItWas() throws IOException {
    assertThat(machine()).isEqualTo(before);
  }

  /** The only run with all peers; that of swap and of zram tries both page clusters. */
  @Test
  void measuresEverySubjectOrSaysWhyNot() {
    String all = Stream.of(Subject.values()).map(Subject::label).collect(joining(","));
    Map<String, String> cells =
        measure(
            "scan",
            "--writes",
            "10",
            "--data",
            "text",
            "--read-ahead-kib",
            "128",
            "--subjects",
            all);

    assertThat(cells).hasSize(Subject.values().length).containsKeys("plain 100", "tcp-floor 100");
    for (String subject :
        List.of(
            "remote",
            "remote-encrypted",
            "remote-replicas",
            "remote-backup",
            "ssd",
            "ssd-encrypted",
            "compressed")) {
      assertMeasured(cells, subject);
    }
    assertThat(cells.get("plain 100")).contains("\"slowdown\": 1.000000");
    for (String subject : List.of("mmap", "mmap-128k", "mmap-random", "swap", "zram")) {
      assertMeasuredOrWord(cells, subject);
    }
    assertThat(cells.get("tcp-floor 100")).contains("\"megabytesPerSecond\": ");
  }

  @Test
  void measuresScatteredWritesWithNothingPinned() {
    Map<String, String> cells =
        measure(
            "zipf",
            "--subjects",
            "plain,remote",
            "--writes",
            "20",
            "--data",
            "half",
            "--pin",
            "none");
    assertThat(cells).hasSize(2);
    assertMeasured(cells, "remote");
  }

  @Test
  void saysOfTheFloorThatItIsOneOfScans() {
    Map<String, String> cells = measure("hotset", "--subjects", "plain,ssd,tcp-floor");
    assertMeasured(cells, "ssd");
    assertThat(cells.get("tcp-floor 100")).contains("floor of scan only");
  }

  /** At the smallest size there is. Returns the cells by subject and ratio. */
  private Map<String, String> measure(String pattern, String... words) {
    List<String> all = new ArrayList<>(List.of("bench", "ladder", "--pattern", pattern));
    all.addAll(List.of(words));
    all.addAll(List.of("--size-mib", "64", "--ratios", "25", "--rounds", "1"));
    all.addAll(List.of("--seconds", "0.1", "--json", "-", "--quiet"));
    assertThat(emp.run(all.toArray(String[]::new))).as(emp.err()).isZero();
    assertThat(emp.err()).contains("local", pattern);
    return cells(emp.out());
  }

  /** Cgroups are everywhere; swap and zram need not be. */
  private static void assertMeasuredOrWord(Map<String, String> cells, String subject) {
    String cell = cells.get(subject + " 25");
    if (!IS_ROOT) {
      assertThat(cell).contains("\"skipped\"", "root");
    } else if (subject.startsWith("mmap") || !cell.contains("\"skipped\"")) {
      assertMeasured(cells, subject);
    } else {
      assertThat(cell).containsPattern("no unused zram device|swap is on already");
    }
  }

  private static void assertMeasured(Map<String, String> cells, String subject) {
    assertThat(cells.get(subject + " 25"))
        .contains("\"rounds\": 1", "\"resultHash\": ")
        .containsPattern("\"accessesPerSecond\": [1-9]")
        .containsPattern("\"slowdown\": \\d+\\.\\d+");
  }

  @Test
  void runsOnASpaceWithSmallBlocks() {
    int exit =
        emp.run(
            "bench",
            "ladder",
            "--pattern",
            "stride",
            "--subjects",
            "remote",
            "--block",
            "4k",
            "--subblock",
            "4k",
            "--size-mib",
            "64",
            "--ratios",
            "10",
            "--rounds",
            "2",
            "--seconds",
            "0.1",
            "--quiet");
    assertThat(exit).as(emp.err()).isZero();
    assertThat(emp.out()).contains("stride: ", " 10 % remote");
  }

  /** Ctrl-C and SIGTERM end a program in the same way. */
  @Test
  void leavesNothingBehindWhenItIsEnded() throws IOException {
    String subject = IS_ROOT ? "swap" : "ssd";
    JavaProgram ladder =
        new JavaProgram("io.elasticmemory.samples.EmpMain")
            .with("bench", "ladder", "--subjects", subject, "--size-mib", "64", "--ratios", "25")
            .with("--seconds", "60", "--rounds", "1", "--page-cluster", "1", "--quiet");
    try (Workplace workplace = Workplace.create(directory)) {
      Child child = Child.start(workplace, new ProcessBuilder(ladder.command()));
      awaitChange(child);
      child.process().destroy();
      assertThat(child.await(Duration.ofMinutes(2)).exitCode()).isEqualTo(128 + 15);
    }
  }

  /** Until the last thing it changes as root is changed; otherwise until its program runs. */
  private void awaitChange(Child child) throws IOException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!hasBegun(child)) {
      assertThat(child.process().isAlive() && System.nanoTime() < end)
          .as("the ladder has not begun")
          .isTrue();
      Thread.onSpinWait();
    }
  }

  private boolean hasBegun(Child child) throws IOException {
    return IS_ROOT
        ? !Objects.equals(machine().get("page-cluster"), before.get("page-cluster"))
        : child.process().descendants().count() > 1;
  }

  private static Map<String, String> cells(String json) {
    Map<String, String> cells = new TreeMap<>();
    CELL.matcher(json)
        .results()
        .forEach(cell -> cells.put(cell.group(1) + " " + cell.group(2), cell.group()));
    return cells;
  }

  /** What the ladder changes for a while. */
  private static Map<String, String> machine() throws IOException {
    Map<String, String> machine = new TreeMap<>();
    machine.put("swaps", Files.readString(Path.of("/proc/swaps")).replaceAll("(?m)\\s+\\d.*$", ""));
    machine.put("page-cluster", Files.readString(Path.of("/proc/sys/vm/page-cluster")));
    machine.put("groups", groups(Path.of("/sys/fs/cgroup/memory"), Path.of("/sys/fs/cgroup")));
    Path zram = Path.of("/sys/block/zram0");
    if (Files.exists(zram)) {
      machine.put("zram", Files.readString(zram.resolve("disksize")));
      machine.put("algorithm", Files.readString(zram.resolve("comp_algorithm")));
    }
    return machine;
  }

  private static String groups(Path... tops) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path top : tops) {
      try (Stream<Path> entries = Files.exists(top) ? Files.list(top) : Stream.empty()) {
        entries
            .map(Path::toString)
            .filter(name -> name.contains("emp-cgroup-"))
            .forEach(names::add);
      }
    }
    return names.stream().sorted().toList().toString();
  }
}
