package io.elasticmemory.samples.workload;

/**
 * A phase that has ended.
 *
 * @param name what was done
 * @param operations accesses to cells, by all threads
 * @param seconds wall time
 */
public record Phase(String name, long operations, double seconds) {}
