package io.elasticmemory.samples.bench.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** CPU time of other processes. */
public final class CpuTime {
  private CpuTime() {}

  /** Nanoseconds that the threads of a process that live now have run; 0 if it has ended. */
  public static long nanos(long pid) {
    return tasks(pid).stream().mapToLong(CpuTime::taskNanos).sum();
  }

  private static List<Path> tasks(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** The first number of {@code schedstat}, which is finer than the ticks of {@code stat}. */
  private static long taskNanos(Path task) {
    try {
      return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
    } catch (IOException e) {
      return 0;
    }
  }
}
