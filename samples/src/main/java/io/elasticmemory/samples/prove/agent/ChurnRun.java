package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.apps.BuiltApps;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Many threads that allocate and free, and what must hold of them. */
final class ChurnRun {
  private static final String PROGRAM = "io.elasticmemory.samples.app.Churn";
  private static final String MIN = "64k";
  private static final String MIN_BYTES = "65536";
  private static final String THREADS = "16";

  /** Less than the threads hold, so that blocks come and go. */
  private static final int DRAM_MIB = 16;

  /** Of the spill file one slab stays in reserve. */
  private static final int SPILL_MIB = 576;

  private static final int CAPACITY_MIB = SPILL_MIB - 64;

  /** Half of all sizes are at least the threshold. */
  private static final int IN_SPACE_PART_MIN = 3;

  private static final Pattern SAID =
      Pattern.compile(
          "allocations in the space: (\\d+)\nleft: 0, 0 bytes\nthen all of it: (\\d+) bytes\n?");

  private final Stage stage;
  private final String name;
  private final long allocations;
  private Path directory;
  private Path jar;
  private Path classes;
  private final List<String> before = new ArrayList<>();

  ChurnRun(Stage stage, String name, long allocations) {
    this.stage = stage;
    this.name = name;
    this.allocations = allocations;
    this.directory = stage.workplace().directory();
    this.jar = AgentJar.find();
    this.classes = BuiltApps.find().classes();
  }

  /** The jar and the programs are copied to there, where the spill file is too. */
  ChurnRun in(Path place) {
    directory = place;
    jar = place.resolve(jar.getFileName());
    classes = place.resolve(classes.getFileName());
    return this;
  }

  /** Words before the command: another command that runs it. */
  ChurnRun before(List<String> words) {
    before.addAll(words);
    return this;
  }

  /** Starts it with the agent, with these options of its space. */
  void withAgent(String spaceOptions) throws IOException {
    List<String> options =
        List.of("-javaagent:%s=min=%s,path=%s".formatted(jar, MIN, path(spaceOptions)));
    Child.Ended ended = stage.run(command(options, List.of()));
    judge(ended, allocations / IN_SPACE_PART_MIN);
  }

  /** Gives it the agent after so many seconds, twice. */
  void attached(int seconds) throws IOException {
    List<String> options =
        List.of("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED");
    Child child = stage.start(command(options, List.of("busy")));
    Optional<String> early = child.awaitLine(_ -> true, Duration.ofSeconds(seconds));
    stage.check(early.isEmpty(), name + ": worked for " + seconds + " s without the agent");
    String pid = Long.toString(child.process().pid());
    for (int i = 0; i < 2; i++) {
      Child.Ended attached = stage.run(stage.emp("attach", pid, "--path", path(""), "--min", MIN));
      stage.check(attached.exitCode() == 0, name + ": attached, " + attached.describe());
    }
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    judge(child.await(stage.limit()), 1);
  }

  private String path(String spaceOptions) {
    return "dram:%d?block=16k%s|%s:%d:0"
        .formatted(
            DRAM_MIB,
            spaceOptions,
            directory.resolve("spill-" + stage.newSpill().getFileName()),
            SPILL_MIB);
  }

  private List<String> command(List<String> options, List<String> more) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-Djava.io.tmpdir=" + directory));
    // What the JVM says of the program, not of the agent.
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", classes.toString(), PROGRAM, Long.toString(stage.seed())));
    command.addAll(List.of(THREADS, Long.toString(allocations), MIN_BYTES));
    command.add(Integer.toString(CAPACITY_MIB));
    command.addAll(more);
    return command;
  }

  private void judge(Child.Ended ended, long inSpaceMin) {
    Optional<MatchResult> said = SAID.matcher(ended.out()).results().findFirst();
    boolean isGood =
        ended.exitCode() == 0
            && said.isPresent()
            && Long.parseLong(said.get().group(1)) >= inSpaceMin
            && Long.parseLong(said.get().group(2)) >= (long) CAPACITY_MIB << 20;
    stage.check(
        isGood,
        "%s: %s, %.0f s; %s"
            .formatted(name, describe(ended), ended.seconds(), ended.out().replace("\n", ", ")));
  }

  /** The exception says more than where it was thrown. */
  private static String describe(Child.Ended ended) {
    return ended.err().stream()
        .filter(line -> line.contains("Exception") || line.contains("Error"))
        .findFirst()
        .orElseGet(ended::describe);
  }
}
