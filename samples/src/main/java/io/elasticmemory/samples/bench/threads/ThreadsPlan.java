package io.elasticmemory.samples.bench.threads;

import io.elasticmemory.samples.bench.fault.FaultTier;
import java.util.List;

/**
 * What is measured.
 *
 * @param tiers what answers the faults
 * @param placements CPUs of all who take part
 * @param threads how many fault at a time, in this order
 * @param shards how many the pager has, in this order
 * @param rounds measurements of each, of which medians are taken
 * @param faults of all threads together in each of them
 * @param seed chooses the order of touches
 */
public record ThreadsPlan(
    List<FaultTier> tiers,
    List<Pinned> placements,
    List<Integer> threads,
    List<Integer> shards,
    int rounds,
    int faults,
    long seed) {
  /** Copies nobody else can change. */
  public ThreadsPlan {
    tiers = List.copyOf(tiers);
    placements = List.copyOf(placements);
    threads = List.copyOf(threads);
    shards = List.copyOf(shards);
  }
}
