package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What an item works with: sizes, a seed, processes; and where it says what it has seen. For any
 * thread.
 */
public final class Stage implements AutoCloseable {
  private final Scale scale;
  private final long seed;
  private final RandomGenerator random;
  private final PrintWriter out;
  private final Workplace workplace;
  private final List<String> failures = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private int spills;

  /** A stage for one item. */
  public Stage(Scale scale, long seed, PrintWriter out) throws IOException {
    this.scale = scale;
    this.seed = seed;
    this.random = RandomGenerator.of("SplittableRandom");
    this.out = out;
    this.workplace = Workplace.create();
  }

  /** How large everything is. */
  public Scale scale() {
    return scale;
  }

  /** The seed of this run. */
  public long seed() {
    return seed;
  }

  /** Where processes and files are. */
  public Workplace workplace() {
    return workplace;
  }

  /** Chance that need not be repeated: moments, not values. */
  public RandomGenerator random() {
    return random;
  }

  /** Tells people. */
  public synchronized void say(String line) {
    out.println("  " + line);
    out.flush();
  }

  /** Something that must be so. */
  public synchronized boolean check(boolean isSo, String what) {
    seen.add(what);
    say((isSo ? "ok      " : "FAILED  ") + what);
    if (!isSo) {
      failures.add(what);
    }
    return isSo;
  }

  /** Something that was counted, for programs. */
  public synchronized void figure(String name, long value) {
    figures.put(name, value);
  }

  /** What was counted, by its name. */
  public synchronized Map<String, Long> figures() {
    return new LinkedHashMap<>(figures);
  }

  /** All that was looked at, in order. */
  public synchronized List<String> seen() {
    return List.copyOf(seen);
  }

  /** What was not so. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Whether at least one thing was looked at, and all were as they must be. */
  public synchronized boolean isGood() {
    return !seen.isEmpty() && failures.isEmpty();
  }

  /** A file that nobody else uses. */
  public synchronized Path newSpill() {
    return workplace.directory().resolve("spill" + spills++);
  }

  /** The path of the scale's sizes over an exporter and a new spill file. */
  public String path(LocalExporter exporter) {
    return path(exporter, "");
  }

  /** The same with options of the space, such as {@code ?promote=off}. */
  public String path(LocalExporter exporter, String options) {
    return path(scale, exporter, options);
  }

  /** The same with sizes of another scale. */
  public String path(Scale sizes, LocalExporter exporter, String options) {
    return "dram:%d%s|%s|%s:%d:0"
        .formatted(
            sizes.dramMib(),
            options,
            exporter.entry(sizes.remoteMib()),
            newSpill(),
            sizes.ssdMib());
  }

  /**
   * An exporter for the scale, with room for one more run while the lease of a failed one lasts.
   */
  public LocalExporter startExporter() throws IOException {
    return startExporter(1);
  }

  /** The same for several runs at once. */
  public LocalExporter startExporter(int runs) throws IOException {
    return LocalExporter.start(workplace, (runs + 1) * scale.remoteMib());
  }

  /** The {@code emp} command in a JVM of its own. */
  public JavaProgram emp(String... arguments) {
    return new JavaProgram("io.elasticmemory.samples.EmpMain").jvm("-Xmx512m").with(arguments);
  }

  /** Runs a program to its end. */
  public Child.Ended run(JavaProgram program) throws IOException {
    return run(program.command());
  }

  /** Runs a command to its end. */
  public Child.Ended run(List<String> command) throws IOException {
    return start(command).await(limit());
  }

  /** Starts a command. */
  public Child start(List<String> command) throws IOException {
    return Child.start(workplace, new ProcessBuilder(command));
  }

  /** After so long a program is taken to hang. */
  public Duration limit() {
    return Duration.ofSeconds(scale.limitSeconds());
  }

  @Override
  public void close() {
    workplace.close();
  }
}
