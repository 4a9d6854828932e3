package io.elasticmemory.samples.stat;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Shows to a person what a space is doing. */
public final class StatTable {
  private static final double MIB = 1 << 20;

  /** How it is now. */
  private final Counted now;

  /** What was counted in the time that is shown. */
  private final Counted shown;

  private final PrintWriter out;

  /** A table of the state now, with what was counted in some time before. */
  public StatTable(Counted now, Counted shown, PrintWriter out) {
    this.now = now;
    this.shown = shown;
    this.out = out;
  }

  /** Prints it. */
  public void print(long pid) {
    out.printf(
        Locale.ROOT,
        "process %d, pager %d%s%s, %s, blocks of %d KiB, %.1f s%n",
        pid,
        now.pagerPid(),
        now.build().isEmpty() ? "" : " of build " + now.version(),
        now.standbyPid() == 0 ? "" : ", standby %d ready".formatted(now.standbyPid()),
        now.shards() == 1 ? "1 shard" : now.shards() + " shards",
        now.blockBytes() >> 10,
        shown.seconds());
    printTiers();
    printFaults();
    printTransfers();
    printMisses(MissEstimate.of(shown));
    out.flush();
  }

  private void printTiers() {
    long budget = now.get(Counter.budgetBytes);
    long resident = now.get(Counter.residentBytes);
    row(
        "DRAM",
        "%s of %s (%.0f %%), at most %s",
        mib(resident),
        mib(budget),
        percent(resident, budget),
        mib(now.get(Counter.residentBytesMax)));
    if (now.budgetReason() != BudgetReason.NONE) {
      row(
          "follows memory",
          "%s times less, %s times more, last because %s",
          grouped(now.get(Counter.dramGivenBack)),
          grouped(now.get(Counter.dramTaken)),
          now.budgetReason().text());
    }
    long held = now.get(Counter.compressedBytes);
    if (now.get(Counter.bytesToCompressed) > 0 || held > 0) {
      row(
          "compressed",
          "%s in %s",
          mib(now.get(Counter.compressedRawBytes)),
          mib(now.get(Counter.compressedResidentBytes)));
    }
    printTier("remote", Counter.slotsRemote, Counter.slotsFreeRemote);
    printTier("SSD", Counter.slotsSsd, Counter.slotsFreeSsd);
    printPairs();
  }

  /** Donors that have the same bytes. */
  private void printPairs() {
    long pairs = now.get(Counter.mirrors);
    if (pairs > 0) {
      row(
          "pairs",
          "%s, of which %s with one copy, %s to copy; %s copied, %s reads asked of both",
          grouped(pairs),
          grouped(now.get(Counter.mirrorsDegraded)),
          mib(now.get(Counter.bytesToRebuild)),
          mib(now.get(Counter.bytesRebuilt)),
          grouped(shown.get(Counter.readsHedged)));
    }
  }

  private void printTier(String name, Counter usedSlots, Counter freeSlots) {
    long used = now.get(usedSlots) * now.blockBytes();
    long free = now.get(freeSlots) * now.blockBytes();
    if (used + free > 0) {
      row(name, "%s used, %s free", mib(used), mib(free));
    }
  }

  private void printFaults() {
    line("faults", "", "", "per second", "mean wait");
    fault("zero", Counter.faultsZero, "");
    fault("compressed", Counter.faultsCompressed, wait(Counter.waitNanosCompressed));
    fault("remote", Counter.faultsRemote, wait(Counter.waitNanosRemote));
    fault("SSD", Counter.faultsSsd, wait(Counter.waitNanosSsd));
    fault("minor", Counter.faultsMinor, "");
    fault("write-protected", Counter.faultsWp, "");
    fault("stale", Counter.faultsStale, "");
    fault("waited for room", Counter.faultsWaited, "");
  }

  private void fault(String name, Counter counter, String waits) {
    long count = shown.get(counter);
    if (count > 0) {
      String perSecond = String.format(Locale.ROOT, "%,.0f", count / shown.seconds());
      line("", name, grouped(count), perSecond, waits);
    }
  }

  /** How long demanded bytes were on their way, on average. */
  private String wait(Counter nanos) {
    Counter faults =
        switch (nanos) {
          case waitNanosCompressed -> Counter.faultsCompressed;
          case waitNanosRemote -> Counter.faultsRemote;
          default -> Counter.faultsSsd;
        };
    double micros = shown.get(nanos) / 1e3 / Math.max(1, shown.get(faults));
    return String.format(Locale.ROOT, "%.1f µs", micros);
  }

  private void printTransfers() {
    long in =
        shown.get(Counter.bytesFromCompressed)
            + shown.get(Counter.bytesFromRemote)
            + shown.get(Counter.bytesFromSsd);
    long stored =
        shown.get(Counter.bytesToCompressed)
            + shown.get(Counter.bytesToRemote)
            + shown.get(Counter.bytesToSsd);
    row("fetched", "%s, %s/s", mib(in), mib(in / shown.seconds()));
    row("stored", "%s, %s/s", mib(stored), mib(stored / shown.seconds()));
    row(
        "evicted",
        "%s clean, %s dirty, %s zero blocks",
        grouped(shown.get(Counter.evictionsClean)),
        grouped(shown.get(Counter.evictionsDirty)),
        grouped(shown.get(Counter.evictionsZero)));
    long ahead = shown.get(Counter.bytesAhead);
    if (ahead > 0) {
      long judged = shown.get(Counter.aheadJudged);
      String used =
          judged == 0
              ? "not known"
              : String.format(
                  Locale.ROOT,
                  "%.0f %% of %s samples",
                  percent(shown.get(Counter.aheadUsed), judged),
                  grouped(judged));
      row("ahead of need", "%s, %.0f %% of it all; used: %s", mib(ahead), percent(ahead, in), used);
    }
  }

  private void printMisses(MissEstimate misses) {
    if (!misses.reason().isEmpty()) {
      row("misses", "%s; with other DRAM: %s", grouped(misses.counted()), misses.reason());
      return;
    }
    List<String> cells = new ArrayList<>();
    cells.add(cell("0.5", misses.half()));
    cells.add("1x " + grouped(misses.counted()) + " (counted)");
    cells.add(cell("1.5", misses.halfMore()));
    cells.add(cell("2", misses.twice()));
    row("misses", "%s", "DRAM " + String.join("   ", cells));
    row(
        "",
        "estimated from one block in %d, which for 1x says %s (%+.1f %%)",
        misses.blocksPerSpecimen(),
        grouped(misses.sampled()),
        100 * misses.sampledError());
  }

  private static String cell(String times, OptionalLong misses) {
    return times + "x ~" + grouped(misses.orElse(0));
  }

  private void line(String head, String name, String count, String rate, String last) {
    String text =
        String.format(Locale.ROOT, "  %-15s%-17s%14s%14s%14s", head, name, count, rate, last);
    out.println(text.stripTrailing());
  }

  private void row(String name, String format, Object... values) {
    out.printf(Locale.ROOT, "  %-15s%s%n", name, String.format(Locale.ROOT, format, values));
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A size as it is written in options: 64k, 1m; or else in MiB. */
  public static String size(long bytes) {
    if (bytes > 0 && bytes < 1 << 20 && bytes % 1024 == 0) {
      return (bytes >> 10) + " KiB";
    }
    return mib(bytes);
  }

  private static String mib(double bytes) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes / MIB);
  }
}
