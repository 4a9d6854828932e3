package io.elasticmemory.samples.bench.apps;

/**
 * One run of a program.
 *
 * @param hash of its results; empty if it has not come to its end
 * @param dataBytes it kept at its end, by its own count
 * @param seconds from the start of the JVM to the last result
 * @param spaceBytes that the agent had given to the program at the end; 0 without an agent
 * @param leftBytes blocks that were in use at the end and had left DRAM before, so that they have a
 *     place below
 * @param evictedBytes blocks that left DRAM, as often as each did
 * @param ordinaryBytes of the process at the end: memory that is neither a file's nor the space's,
 *     its heap included
 * @param words what went wrong, or what the agent has said; empty if nothing
 */
record AppRun(
    String hash,
    long dataBytes,
    double seconds,
    long spaceBytes,
    long leftBytes,
    long evictedBytes,
    long ordinaryBytes,
    String words) {
  /** Whether it has come to its end. */
  boolean hasEnded() {
    return !hash.isEmpty();
  }
}
