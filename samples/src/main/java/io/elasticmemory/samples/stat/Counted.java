package io.elasticmemory.samples.stat;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a space has counted, since it was opened or in an interval.
 *
 * @param pagerPid its pager, as the program sees it
 * @param standbyPid the pager that last said that it is ready to take over, 0 if none did
 * @param build of that pager, as {@link io.elasticmemory.wire.Build} writes it; empty if not known
 * @param budgetReason why the program has changed its DRAM last, by itself
 * @param shards threads of the pager
 * @param blockBytes the unit of slots
 * @param blocksPerSpecimen the estimates of misses look at one block of so many
 * @param seconds for which it has been counted
 * @param counters all counters, those of the shards added up
 */
public record Counted(
    long pagerPid,
    long standbyPid,
    String build,
    BudgetReason budgetReason,
    int shards,
    int blockBytes,
    long blocksPerSpecimen,
    double seconds,
    Map<Counter, Long> counters) {

  /**
   * What is on the pages of a space, whatever it is.
   *
   * @param seconds since the space was opened
   */
  static Counted of(ShardCounters counters, int shards, double seconds) {
    Counters first = counters.of(0);
    // Who said last that it is ready may serve already.
    long standbyPid = first.standbyPid() == first.pagerPid() ? 0 : first.standbyPid();
    return new Counted(
        first.pagerPid(),
        standbyPid,
        first.build(),
        first.budgetReason(),
        shards,
        first.blockBytes(),
        first.get(Counter.blocksPerSpecimen),
        seconds,
        counters.snapshot());
  }

  /** What the build calls itself; empty if that is not known. */
  public String version() {
    int end = build.indexOf(' ');
    return end < 0 ? build : build.substring(0, end);
  }

  /** One counter. */
  public long get(Counter counter) {
    return counters.getOrDefault(counter, 0L);
  }

  /** This and what another space of the same program has counted. */
  public Counted plus(Counted other) {
    Map<Counter, Long> sum = new EnumMap<>(counters);
    other.counters.forEach((counter, value) -> sum.merge(counter, value, Long::sum));
    return new Counted(
        pagerPid,
        standbyPid,
        build,
        budgetReason,
        shards + other.shards,
        blockBytes,
        blocksPerSpecimen,
        Math.max(seconds, other.seconds),
        sum);
  }

  /** What was counted since then. Gauges say by how much they have changed. */
  public Counted since(Counted before) {
    Map<Counter, Long> change = new EnumMap<>(Counter.class);
    counters.forEach((counter, value) -> change.put(counter, value - before.get(counter)));
    double elapsed = seconds - before.seconds;
    return new Counted(
        pagerPid,
        standbyPid,
        build,
        budgetReason,
        shards,
        blockBytes,
        blocksPerSpecimen,
        elapsed,
        change);
  }
}
