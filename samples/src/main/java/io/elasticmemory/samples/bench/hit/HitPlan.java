package io.elasticmemory.samples.bench.hit;

/**
 * What to measure.
 *
 * @param mib of each kind of memory, far more than the caches hold
 * @param rounds of which medians are taken
 * @param accesses of each pattern in one round
 */
public record HitPlan(int mib, int rounds, long accesses) {}
