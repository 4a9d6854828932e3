package io.elasticmemory.samples.bench.ladder;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Shows a result to a person. */
final class LadderTable {
  private static final double MIB = 1 << 20;

  private final LadderResult result;
  private final PrintWriter out;

  /** A table of this result. */
  LadderTable(LadderResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    LadderRequest request = result.request();
    boolean isScan = request.workload().readsWholePages();
    out.printf(
        Locale.ROOT,
        "%s: %s%n%d MiB of %s data, %d %% writes, %s, medians of %d rounds of %.1f s, seed %d%n%n",
        request.workload().label(),
        request.workload().description(),
        request.sizeMib(),
        request.data().label(),
        request.writesPercent(),
        request.pinning().description(),
        request.rounds(),
        request.seconds(),
        request.seed());
    out.printf(
        Locale.ROOT,
        "  %5s %-13s %12s %8s %7s %9s %9s %9s %9s %7s %7s %7s%n",
        "local",
        "",
        isScan ? "MB/s" : "accesses/s",
        "slower",
        "misses",
        "p50 us",
        "p99 us",
        "max us",
        "CPU us/a",
        "pager",
        "limit",
        "zram");
    result.cells().stream().filter(Cell::isMeasured).forEach(this::row);
    result.cells().forEach(this::word);
    legend();
    out.flush();
  }

  private void row(Cell cell) {
    boolean isScan = result.request().workload().readsWholePages();
    out.printf(
        Locale.ROOT,
        "  %3d %% %-13s %,12.0f %8s %7.3f %9.1f %9.1f %9.0f %9.2f %7s %7s %7s%n",
        cell.ratioPercent(),
        name(cell),
        cell.get(isScan ? Figure.megabytesPerSecond : Figure.accessesPerSecond),
        cell.slowdown() > 0 ? String.format(Locale.ROOT, "%.1f", cell.slowdown()) : "",
        cell.get(Figure.missRate),
        cell.get(Figure.p50Micros),
        cell.get(Figure.p99Micros),
        cell.get(Figure.maxMicros),
        cell.get(Figure.cpuMicrosPerAccess),
        mib(cell.get(Figure.pagerPssBytes)),
        mib(cell.get(Figure.limitBytes)),
        mib(cell.get(Figure.zramUsedBytes)));
  }

  /** Swap with the page cluster it was measured at, a mapped file with its read-ahead. */
  private static String name(Cell cell) {
    if (cell.subject() == Subject.MMAP) {
      return String.format(Locale.ROOT, "mmap ra=%.0fk", cell.get(Figure.readAheadKib));
    }
    return cell.subject().usesSwap()
        ? cell.subject().label()
            + String.format(Locale.ROOT, " pc=%.0f", cell.get(Figure.pageCluster))
        : cell.subject().label();
  }

  private static String mib(double bytes) {
    return bytes > 0 ? String.format(Locale.ROOT, "%.0f", bytes / MIB) : "";
  }

  private void word(Cell cell) {
    if (!cell.word().isEmpty()) {
      out.printf(
          "  %3d %% %s %s: %s%n",
          cell.ratioPercent(),
          cell.subject().label(),
          cell.failed() ? "FAILED" : "left out",
          cell.word());
    }
  }

  private void legend() {
    out.println();
    List<Subject> subjects =
        result.cells().stream().filter(Cell::isMeasured).map(Cell::subject).distinct().toList();
    for (Subject subject : subjects) {
      out.printf("  %-13s %s%n", subject.label(), subject.description());
    }
    out.println(
        """

        Pager, limit of the cgroup (data and program) and memory of zram in MiB; zram's is beyond the limit.
        CPU of application with its system time, pager and exporter; pc is vm.page-cluster, ra the disk's read-ahead.\
        """);
  }
}
