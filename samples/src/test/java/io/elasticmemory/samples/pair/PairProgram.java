package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A program that writes and compares, asked from outside how it is; see {@link PairMain}. */
final class PairProgram implements AutoCloseable {
  private static final int MEASURED_MILLIS = 500;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Child child;
  private final Writer input;
  private final StringBuilder notes = new StringBuilder();
  private final List<String> log = new ArrayList<>();
  private int asked;

  /**
   * Starts it.
   *
   * @param name of the test, for what it prints
   */
  PairProgram(Workplace workplace, String name, String path, int dataMib) throws Exception {
    this(workplace, name, path, dataMib, Map.of());
  }

  /** Starts it with other variables, too. */
  PairProgram(
      Workplace workplace, String name, String path, int dataMib, Map<String, String> environment)
      throws Exception {
    this.name = name;
    JavaProgram program =
        new JavaProgram(PairMain.class.getName())
            .jvm("-Xmx128m")
            .with(path, Integer.toString(dataMib));
    ProcessBuilder builder = new ProcessBuilder(program.command());
    builder.environment().putAll(environment);
    child = Child.start(workplace, builder);
    input = child.process().outputWriter();
  }

  /** Its process id. */
  long pid() {
    return child.process().pid();
  }

  static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  /** Waits until it has ended, by itself or not. */
  Child.Ended awaitEnd(Duration limit) {
    return child.await(limit);
  }

  Says ask() throws IOException {
    String prefix = asked++ + " pager ";
    input.write("\n");
    input.flush();
    Optional<String> line = child.awaitLine(said -> said.startsWith(prefix), LIMIT);
    assertThat(line).as(() -> child.await(Duration.ZERO).describe()).isPresent();
    return Says.of(line.orElseThrow());
  }

  /** Asks until it is so, and something has been done since. */
  Says await(Predicate<Says> wanted) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (Says says = ask(); ; says = ask()) {
      if (wanted.test(says) && says.done() > 0) {
        return says;
      }
      assertThat(System.nanoTime()).as("%s%n%s", says, notes).isLessThan(end);
      Thread.sleep(50);
    }
  }

  void killPager() throws Exception {
    long before = ask().pager();
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    await(says -> says.pager() != before);
  }

  /** Takes note of what accesses take now. */
  void measure(String when) throws Exception {
    ask();
    Thread.sleep(MEASURED_MILLIS);
    Says says = ask();
    note(
        "%s: %,d accesses, p50 %d us, p99 %d us, max %d us",
        when, says.done(), says.p50(), says.p99(), says.max());
  }

  void note(String format, Object... values) {
    notes.append("  ").append(format.formatted(values)).append(System.lineSeparator());
  }

  /** What it has logged, once it is closed. */
  List<String> log() {
    return log;
  }

  /** All words are compared once more. */
  @Override
  public void close() throws Exception {
    System.out.print(name + "\n" + notes);
    input.close();
    Child.Ended ended = child.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe() + ended.out()).isZero();
    assertThat(ended.out()).endsWith("all words are right");
    ended.err().forEach(System.out::println);
    log.addAll(ended.err());
    assertThat(ended.err()).noneMatch(line -> line.contains("could not rehearse"));
  }

  /** What the program says of the time since it was asked last; microseconds and MiB. */
  record Says(
      long pager,
      long done,
      long p50,
      long p99,
      long max,
      long degraded,
      long rebuilt,
      long lacks) {
    static Says of(String line) {
      String[] words = line.split(" ");
      long[] values = new long[8];
      for (int i = 0; i < values.length; i++) {
        values[i] = Long.parseLong(words[2 + 2 * i]);
      }
      return new Says(
          values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }
  }
}
