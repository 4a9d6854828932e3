package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.prove.faults.KilledSpace.End;
import java.util.List;
import java.util.Locale;

/** What came of the kills of one kind, over all runs. */
final class KillTally {
  private int kills;
  private int duringTakeOver;
  private int stops;
  private int confirmed;
  private int otherEnds;
  private int hangs;
  private int wrongWords;
  private int failedRuns;
  private final Stalls stalls = new Stalls();

  /** The same, without what a hypervisor took meanwhile. */
  private final Stalls ownStalls = new Stalls();

  /** Kills, stops included. */
  int kills() {
    return kills;
  }

  /** Whether nothing was lost and nothing hung, in any run. */
  boolean isGood() {
    return kills > 0 && !isBad();
  }

  /** Whether anything was not as it must be, of however few. */
  boolean isBad() {
    return otherEnds > 0 || wrongWords > 0 || hangs > 0 || failedRuns > 0;
  }

  /** A run has ended otherwise than it should, for whatever reason. */
  void failed() {
    failedRuns++;
  }

  void killed(boolean wasTakingOver, boolean wasStopped, End end) {
    kills++;
    duringTakeOver += wasTakingOver ? 1 : 0;
    stops += wasStopped ? 1 : 0;
    confirmed += end == End.CONFIRMED ? 1 : 0;
    otherEnds += end == End.OTHERWISE ? 1 : 0;
  }

  /**
   * The longest access around a kill of a pager that served.
   *
   * @param stolenNanos what a hypervisor took of a CPU meanwhile
   */
  void stalled(long nanos, long stolenNanos) {
    stalls.add(nanos);
    ownStalls.add(Math.max(0, nanos - stolenNanos));
  }

  void hung() {
    hangs++;
  }

  void foundWrong(int pages) {
    wrongWords += pages;
  }

  /** Whether 99 stalls in a hundred were no longer, but for what a hypervisor took; not of none. */
  boolean isInTime(int millisMax) {
    return !ownStalls.all().isEmpty() && ownStalls.millis(99) <= millisMax;
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "%d kills (%d by the kernel's word), %d of them while a pager took over, %d of them stops;"
            + " %d that ended otherwise; %d wrong words, %d hangs, %d failed runs;"
            + " stall median %d ms, p99 %d, longest %d; without what the hypervisor took"
            + " median %d ms, p99 %d, longest %d",
        kills,
        confirmed,
        duringTakeOver,
        stops,
        otherEnds,
        wrongWords,
        hangs,
        failedRuns,
        stalls.millis(50),
        stalls.millis(99),
        stalls.millis(100),
        ownStalls.millis(50),
        ownStalls.millis(99),
        ownStalls.millis(100));
  }

  JsonObject toJson(String name) {
    return new JsonObject()
        .put("name", name)
        .put("kills", kills)
        .put("duringTakeOver", duringTakeOver)
        .put("stops", stops)
        .put("confirmed", confirmed)
        .put("otherEnds", otherEnds)
        .put("hangs", hangs)
        .put("wrongWords", wrongWords)
        .put("failedRuns", failedRuns)
        .put("stallP50Millis", stalls.millis(50))
        .put("stallP99Millis", stalls.millis(99))
        .put("stallMaxMillis", stalls.millis(100))
        .put("ownStallP99Millis", ownStalls.millis(99))
        .putNumbers("stallsMillis", numbers(stalls))
        .putNumbers("ownStallsMillis", numbers(ownStalls));
  }

  private static List<Double> numbers(Stalls stalls) {
    return stalls.all().stream().map(Integer::doubleValue).toList();
  }

  /** One that goes on from what an earlier run has written. */
  static KillTally from(JsonTree json) {
    KillTally tally = new KillTally();
    tally.kills = (int) json.number("kills");
    tally.duringTakeOver = (int) json.number("duringTakeOver");
    tally.stops = (int) json.number("stops");
    tally.confirmed = (int) json.number("confirmed");
    tally.otherEnds = (int) json.number("otherEnds");
    tally.hangs = (int) json.number("hangs");
    tally.wrongWords = (int) json.number("wrongWords");
    tally.failedRuns = (int) json.number("failedRuns");
    json.get("stallsMillis").each().forEach(each -> tally.stalls.addMillis((int) each.number()));
    json.get("ownStallsMillis")
        .each()
        .forEach(each -> tally.ownStalls.addMillis((int) each.number()));
    return tally;
  }
}
