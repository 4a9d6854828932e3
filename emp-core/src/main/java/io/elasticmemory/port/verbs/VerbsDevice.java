package io.elasticmemory.port.verbs;

/**
 * What a device says of itself.
 *
 * @param name such as {@code mlx5_0} or {@code rxe0}
 * @param atomics whether it has compare-and-swap and fetch-and-add on words of remote memory
 * @param regionBytesMax largest region
 * @param regionsMax regions at a time
 * @param slotsMax slots of a queue pair
 * @param completionsMax entries of a completion queue
 * @param readsMax reads and atomic operations under way on a queue pair; more of them wait
 */
public record VerbsDevice(
    String name,
    boolean atomics,
    long regionBytesMax,
    int regionsMax,
    int slotsMax,
    int completionsMax,
    int readsMax) {}
