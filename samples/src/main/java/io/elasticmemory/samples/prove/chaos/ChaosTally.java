package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.prove.faults.Stalls;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was done and what came of it. For any thread. */
final class ChaosTally {
  private final Map<Harm, Integer> injected = new EnumMap<>(Harm.class);
  private final Stalls longest = new Stalls();
  private final List<String> failures = new ArrayList<>();
  private int pagerKills;
  private int exporterKills;
  private int wrongWords;
  private int hangs;
  private int rounds;
  private long accesses;
  private boolean isOver;

  synchronized void did(Harm harm) {
    injected.merge(harm, 1, Integer::sum);
  }

  synchronized void killedPager() {
    pagerKills++;
  }

  synchronized void killedExporter() {
    exporterKills++;
  }

  /** The longest access that ended within a second. */
  synchronized void longest(long nanos) {
    longest.add(nanos);
  }

  synchronized void accessed(long count) {
    accesses += count;
  }

  /** Something was not as it must be. */
  synchronized void failed(String what, int wrong, boolean hung) {
    if (isOver) {
      return;
    }
    failures.add(what);
    wrongWords += wrong;
    hangs += hung ? 1 : 0;
  }

  /** It is ended from outside: what breaks from now on breaks because of that. */
  synchronized void end() {
    isOver = true;
  }

  synchronized void endedRound() {
    rounds++;
  }

  synchronized boolean isGood() {
    return failures.isEmpty() && rounds > 0;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Of the longest accesses of all seconds, the one that so many in a hundred do not exceed. */
  private int stallMillis(int percentile) {
    return longest.millis(percentile);
  }

  /** One line, for who waits. */
  synchronized String describe() {
    return String.format(
        Locale.ROOT,
        "%d blows, %d pagers and %d exporters killed; %,d accesses, %d wrong words, %d hangs;"
            + " stalls: median %d ms, p99 %d, longest %d",
        injected.values().stream().mapToInt(Integer::intValue).sum(),
        pagerKills,
        exporterKills,
        accesses,
        wrongWords,
        hangs,
        stallMillis(50),
        stallMillis(99),
        stallMillis(100));
  }

  /** What was done, a line each. */
  synchronized List<String> table() {
    return injected.entrySet().stream()
        .map(each -> "%-18s %6d".formatted(each.getKey().label(), each.getValue()))
        .toList();
  }

  synchronized JsonObject into(JsonObject json) {
    JsonObject kinds = new JsonObject();
    injected.forEach((harm, count) -> kinds.put(harm.label(), (long) count));
    return json.put("ok", isGood())
        .put("rounds", rounds)
        .put("accesses", accesses)
        .put("wrongWords", wrongWords)
        .put("hangs", hangs)
        .put("pagerKills", pagerKills)
        .put("exporterKills", exporterKills)
        .put("injected", kinds)
        .put("stallP50Millis", stallMillis(50))
        .put("stallP99Millis", stallMillis(99))
        .put("stallMaxMillis", stallMillis(100))
        .put("failures", failures);
  }
}
