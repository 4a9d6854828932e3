package io.elasticmemory.samples.bench;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.workload.Phase;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows a result to a person. */
final class BenchTable {
  private final BenchResult result;
  private final PrintWriter out;

  /** A table of this result. */
  BenchTable(BenchResult result, PrintWriter out) {
    this.result = result;
    this.out = out;
  }

  /** Prints it. */
  void print() {
    BenchRequest request = result.request();
    out.printf(
        Locale.ROOT,
        "%s %s, %d MiB, %d threads, %s, seed %d%n",
        request.workload(),
        request.plan().mode().label(),
        request.sizeMib(),
        request.threads(),
        blocks(),
        request.plan().seed());
    result.phases().forEach(this::printPhase);
    row("seconds", String.format(Locale.ROOT, "%.2f", result.seconds()));
    row("operations", grouped(result.operations()));
    row("result hash", "0x" + Long.toHexString(result.resultHash()));
    if (result.blockBytes() > 0) {
      printSpace();
    }
    row("wrong words", grouped(result.wrongWords()));
    result.examples().forEach(example -> row("", example));
    out.flush();
  }

  private void printPhase(Phase phase) {
    double bytes = (double) phase.operations() * result.request().shape().cellBytes();
    row(
        phase.name(),
        String.format(
            Locale.ROOT,
            "%.2f s, %s accesses, %.0f MiB/s",
            phase.seconds(),
            grouped(phase.operations()),
            bytes / (1 << 20) / Math.max(1e-9, phase.seconds())));
  }

  private void printSpace() {
    row(
        "resident",
        "at most "
            + mib(result.resident().residentBytesMax())
            + " of "
            + mib(result.budgetBytes())
            + (result.isWithinBudget()
                ? ""
                : ", ABOVE THE BUDGET by " + mib(result.resident().overBytesMax())));
    row("pager", mib(result.pagerPssBytes()) + " of memory");
    row(
        "faults",
        String.format(
            Locale.ROOT,
            "%s zero, %s remote, %s SSD, %s minor, %s write-protected",
            count(Counter.faultsZero),
            count(Counter.faultsRemote),
            count(Counter.faultsSsd),
            count(Counter.faultsMinor),
            count(Counter.faultsWp)));
    row("remote", moved(Counter.bytesFromRemote, Counter.bytesToRemote));
    row("SSD", moved(Counter.bytesFromSsd, Counter.bytesToSsd));
    row("promoted", mib(result.counters().getOrDefault(Counter.bytesPromoted, 0L)));
    row(
        "evictions",
        count(Counter.evictionsDirty) + " dirty, " + count(Counter.evictionsClean) + " clean");
    if (result.resizes().reached() > 0) {
      row(
          "budget changes",
          String.format(
              Locale.ROOT,
              "%d, %.0f MiB/s when shrinking",
              result.resizes().reached(),
              result.resizes().mibPerSecond()));
    }
  }

  private String blocks() {
    return result.blockBytes() == 0
        ? "ordinary memory"
        : "blocks of " + kib(result.blockBytes()) + ", subblocks of " + kib(result.subblockBytes());
  }

  private String moved(Counter from, Counter to) {
    return mib(result.counters().getOrDefault(from, 0L))
        + " read, "
        + mib(result.counters().getOrDefault(to, 0L))
        + " written";
  }

  private String count(Counter counter) {
    return grouped(result.counters().getOrDefault(counter, 0L));
  }

  private void row(String name, String value) {
    out.printf("  %-22s %s%n", name, value);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", Math.round(bytes / (double) (1 << 20)));
  }

  private static String kib(int bytes) {
    return (bytes >> 10) + " KiB";
  }
}
