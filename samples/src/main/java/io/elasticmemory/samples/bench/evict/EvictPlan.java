package io.elasticmemory.samples.bench.evict;

import io.elasticmemory.samples.bench.fault.Placement;

/**
 * What to measure.
 *
 * @param mib that leaves in each round
 * @param rounds of which medians are taken
 * @param placement who runs where
 */
public record EvictPlan(int mib, int rounds, Placement placement) {}
