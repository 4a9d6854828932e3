package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real exporters with {@code replicas=2} are killed, stopped and started anew, and pagers killed
 * between, while a program writes and compares. What must be: no word is ever wrong, the program
 * goes on, and after each loss there are two copies of everything again.
 */
@Timeout(240)
class PairIT {
  private static final int EXPORTER_MIB = 192;
  private static final int DATA_MIB = 48;

  /** So that a machine that stands still for a second or two costs nobody a side. */
  private static final int FAULT_TIMEOUT_MILLIS = 20_000;

  private static final int MEASURED_MILLIS = 500;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void noDataIsLostWithAnExporterWhateverBecomesOfThePagerMeanwhile() throws Exception {
    try (Workplace workplace = Workplace.create();
        Program program = new Program(workplace)) {
      Says whole = program.await(_ -> true);
      program.measure("two exporters");

      program.first.process().destroyForcibly().waitFor();
      Says alone = program.await(says -> says.degraded() == 1);
      assertThat(alone.pager()).isEqualTo(whole.pager());
      program.measure("one of them killed");
      program.killPager();
      program.measure("the pager after it");

      program.first = LocalExporter.startAt(program.first.port(), workplace, EXPORTER_MIB);
      long begun = System.nanoTime();
      Says rebuilt = program.await(says -> says.degraded() == 0);
      program.note("%d MiB copied in %.1f s", rebuilt.rebuilt(), (System.nanoTime() - begun) / 1e9);
      assertThat(rebuilt.rebuilt()).isPositive();
      program.measure("two again");

      send("STOP", program.second.pid());
      long stopped = System.nanoTime();
      program.await(says -> says.degraded() == 1);
      program.note("stopped one dropped after %.1f s", (System.nanoTime() - stopped) / 1e9);
      program.measure("one of them stopped");
      send("CONT", program.second.pid());
      program.await(says -> says.degraded() == 0);

      program.first.process().destroyForcibly();
      program.killPager();
      program.await(says -> says.degraded() == 1);
      program.measure("one killed together with the pager");
      program.measure("a while later");
    }
  }

  private static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  /** What the program says of the time since it was asked last; microseconds and MiB. */
  private record Says(
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

  private static final class Program implements AutoCloseable {
    private final Child child;
    private final Writer input;
    private final StringBuilder notes = new StringBuilder();
    private int asked;
    LocalExporter first;
    final LocalExporter second;

    Program(Workplace workplace) throws Exception {
      first = LocalExporter.start(workplace, EXPORTER_MIB);
      second = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:8?block=16k&shards=1&faultTimeoutMillis=%d|%s?replicas=2|%s?replicas=2"
              .formatted(
                  FAULT_TIMEOUT_MILLIS, first.entry(EXPORTER_MIB), second.entry(EXPORTER_MIB));
      JavaProgram program =
          new JavaProgram(PairMain.class.getName())
              .jvm("-Xmx128m")
              .with(path, Integer.toString(DATA_MIB));
      child = Child.start(workplace, new ProcessBuilder(program.command()));
      input = child.process().outputWriter();
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

    /** All words are compared once more. */
    @Override
    public void close() throws Exception {
      System.out.print("PairIT\n" + notes);
      input.close();
      Child.Ended ended = child.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe() + ended.out()).isZero();
      assertThat(ended.out()).endsWith("all words are right");
      ended.err().forEach(System.out::println);
    }
  }
}
