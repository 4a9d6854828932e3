package io.elasticmemory.samples.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Compares the two runs of the demo and shows them. */
final class DemoTable {
  private final Map<String, String> inSpace;
  private final Map<String, String> local;
  private final PrintWriter out;

  DemoTable(Map<String, String> inSpace, Map<String, String> local, PrintWriter out) {
    this.inSpace = inSpace;
    this.local = local;
    this.out = out;
  }

  /** Shows everything and returns whether all went as it should. */
  boolean print() {
    printExamples();
    out.printf("%n%-26s%20s%20s%n", "", "in the space", "local memory");
    row("index built in s", seconds(inSpace, "buildSeconds"), seconds(local, "buildSeconds"));
    row("queries answered in s", seconds(inSpace, "querySeconds"), seconds(local, "querySeconds"));
    row("documents", count(inSpace, "documents"), count(local, "documents"));
    row("words", count(inSpace, "words"), count(local, "words"));
    row("terms", count(inSpace, "terms"), count(local, "terms"));
    row("hits", count(inSpace, "hits"), count(local, "hits"));
    row("hash of all results", text(inSpace, "resultHash"), text(local, "resultHash"));
    row("text and index", mib("heldBytes"), "");
    out.println();
    printTiers();
    printMoves();
    out.println();
    boolean good = printVerdicts();
    out.flush();
    return good;
  }

  private void printExamples() {
    out.println();
    for (int i = 0; inSpace.containsKey("example" + i); i++) {
      out.println(text(inSpace, "example" + i));
    }
  }

  private void printTiers() {
    row("DRAM budget", mib("budgetBytes"), "");
    row("in DRAM now (at most)", mib("dramBytes"), "(" + mib("residentBytesMax") + ")");
    row("in the exporter's DRAM", mib("remoteBytes"), "");
    row("in the spill file", mib("ssdBytes"), "");
  }

  private void printMoves() {
    row("faults: zero", count(inSpace, "faultsZero"), "");
    row("faults: exporter", count(inSpace, "faultsRemote"), "");
    row("faults: spill file", count(inSpace, "faultsSsd"), "");
    row("faults: minor", count(inSpace, "faultsMinor"), "");
    row("faults: write-protected", count(inSpace, "faultsWp"), "");
    row("to / from the exporter", mib("bytesToRemote"), mib("bytesFromRemote"));
    row("to / from the spill file", mib("bytesToSsd"), mib("bytesFromSsd"));
    row("demoted / promoted", mib("bytesDemoted"), mib("bytesPromoted"));
  }

  private boolean printVerdicts() {
    boolean equal = text(inSpace, "resultHash").equals(text(local, "resultHash"));
    boolean within = 4 * number("budgetBytes") <= number("heldBytes");
    boolean bothTiers = number("remoteBytes") > 0 && number("ssdBytes") > 0;
    verdict(equal, "the results are equal", "the results DIFFER");
    verdict(
        within,
        "the DRAM budget is at most a quarter of what the space holds",
        "the DRAM budget is more than a quarter of what the space holds");
    verdict(bothTiers, "the exporter and the spill file are in use", "a tier was not used");
    return equal && within && bothTiers;
  }

  private void verdict(boolean good, String yes, String no) {
    out.println(good ? "ok      " + yes : "FAILED  " + no);
  }

  private void row(String name, String first, String second) {
    out.println(String.format("%-26s%20s%20s", name, first, second).stripTrailing());
  }

  private String mib(String name) {
    return String.format(Locale.ROOT, "%,d MiB", number(name) >> 20);
  }

  private long number(String name) {
    return Long.parseLong(text(inSpace, name));
  }

  private static String count(Map<String, String> run, String name) {
    return String.format(Locale.ROOT, "%,d", Long.parseLong(text(run, name)));
  }

  private static String seconds(Map<String, String> run, String name) {
    return String.format(Locale.ROOT, "%.1f", Double.parseDouble(text(run, name)));
  }

  private static String text(Map<String, String> run, String name) {
    String text = run.get(name);
    if (text == null) {
      throw new IllegalStateException("a run did not report " + name);
    }
    return text;
  }
}
