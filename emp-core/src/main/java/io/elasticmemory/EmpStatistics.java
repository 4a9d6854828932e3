package io.elasticmemory;

import io.elasticmemory.counters.Counter;
import java.util.List;
import java.util.Map;

/**
 * Figures of a space. Each is right for some moment during the call, not all for the same one.
 *
 * @param capacityBytes length of the space
 * @param budgetBytes the DRAM budget last asked for
 * @param residentBytes bytes present in DRAM, counted by the kernel
 * @param allocatedBytes bytes handed out and not returned
 * @param returningBytes bytes returned that are not free again yet, because their blocks are still
 *     being forgotten
 * @param fragmentation part of the free bytes that lies outside the longest free range, 0 to 1
 * @param counters what the pager counts
 * @param shards the same of each of its shards
 */
public record EmpStatistics(
    long capacityBytes,
    long budgetBytes,
    long residentBytes,
    long allocatedBytes,
    long returningBytes,
    double fragmentation,
    Map<Counter, Long> counters,
    List<Map<Counter, Long>> shards) {

  /** A copy nobody else can change. */
  public EmpStatistics {
    counters = Map.copyOf(counters);
    shards = shards.stream().map(Map::copyOf).toList();
  }

  /** One counter. */
  public long get(Counter counter) {
    return counters.getOrDefault(counter, 0L);
  }
}
