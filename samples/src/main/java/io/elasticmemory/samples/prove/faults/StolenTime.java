package io.elasticmemory.samples.prove.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a hypervisor took of the CPUs of this machine while there was something to do for them: the
 * kernel counts it in {@code /proc/stat} (proc_stat(5): steal), in hundredths of a second.
 */
final class StolenTime {
  private static final Path COUNTS = Path.of("/proc/stat");

  /** Fields of a line: the name, user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int STEAL = 8;

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Path counts;
  private long[] before = {};

  /** Of this machine. */
  StolenTime() {
    this(COUNTS);
  }

  /** As a file says. */
  StolenTime(Path counts) {
    this.counts = counts;
  }

  /** From now on. */
  void begin() {
    before = stolenNanos();
  }

  /** Of that CPU of which it was most, since the beginning. */
  long nanos() {
    long[] now = stolenNanos();
    long most = 0;
    for (int cpu = 0; cpu < Math.min(before.length, now.length); cpu++) {
      most = Math.max(most, now[cpu] - before[cpu]);
    }
    return most;
  }

  /** Of each CPU, without the line that adds them up. */
  private long[] stolenNanos() {
    try (var lines = Files.lines(counts)) {
      return lines
          .filter(line -> line.matches("cpu\\d+ .*"))
          .map(line -> List.of(line.split(" +")))
          .mapToLong(fields -> Long.parseLong(fields.get(STEAL)) * TICK_NANOS)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
