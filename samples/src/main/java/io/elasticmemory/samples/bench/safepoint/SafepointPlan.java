package io.elasticmemory.samples.bench.safepoint;

/**
 * What to measure.
 *
 * @param lateMillis by which the donor's answers are late
 * @param rounds of which medians are taken
 */
public record SafepointPlan(int lateMillis, int rounds) {}
