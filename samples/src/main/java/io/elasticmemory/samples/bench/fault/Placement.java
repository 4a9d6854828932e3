package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The CPUs of those who share a fault. A blocked thread that is woken on another CPU costs several
 * times one that is woken on the same, so a latency without its placement says nothing.
 *
 * @param label the word for it on the command line and in JSON
 * @param application the CPU of the thread that faults
 * @param pager the CPU of whoever serves the fault
 * @param exporter the CPU of whoever lends the memory
 * @param spins whether whoever serves the fault looks for it without pause, and never sleeps
 */
public record Placement(String label, int application, int pager, int exporter, boolean spins) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** All on the first CPU that this process may use. */
  public static Placement one() {
    return one(allowedCpus());
  }

  /**
   * The application on the first CPU and whoever serves it on the second, where it spins. An
   * exporter runs beside the application, which sleeps while it is at work: beside one who spins it
   * would get nothing done.
   */
  public static Placement two() {
    return two(allowedCpus());
  }

  static Placement one(List<Integer> allowed) {
    int cpu = allowed.getFirst();
    return new Placement("one", cpu, cpu, cpu, false);
  }

  static Placement two(List<Integer> allowed) {
    if (allowed.size() < 2) {
      throw new EmpException(
          Kind.PLATFORM,
          "a placement on two CPUs needs two, and this process may use only CPU "
              + allowed.getFirst()
              + "; take --pin one");
    }
    return new Placement("two", allowed.get(0), allowed.get(1), allowed.get(0), true);
  }

  private static List<Integer> allowedCpus() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> parse(line.substring(ALLOWED.length()).strip()))
          .findFirst()
          .orElseThrow(() -> new IOException(STATUS + " has no " + ALLOWED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CPUs in the kernel's notation, such as {@code 0-2,6}. */
  static List<Integer> parse(String list) {
    return Stream.of(list.split(","))
        .flatMap(
            range -> {
              String[] ends = range.split("-", 2);
              int first = Integer.parseInt(ends[0]);
              int last = Integer.parseInt(ends[ends.length - 1]);
              return IntStream.rangeClosed(first, last).boxed();
            })
        .toList();
  }

  /** In words. */
  public String describe() {
    return application == pager
        ? "all on CPU " + application + ", blocking"
        : "application and exporter on CPU %d, pager on CPU %d, spinning"
            .formatted(application, pager);
  }
}
