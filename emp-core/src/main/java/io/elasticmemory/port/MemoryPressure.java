package io.elasticmemory.port;

/**
 * How short memory is now, for this process and for others.
 *
 * @param machine of all memory
 * @param group of the cgroups of this process that have a limit; {@link Level#NONE} if none has
 */
public record MemoryPressure(Level machine, Level group) {

  /**
   * Of the machine or of cgroups.
   *
   * @param bytes all there is: of the cgroup with the least room for its size
   * @param freeBytes what of it nobody uses, not even as a cache
   * @param roomBytes what of it could be used without swapping; negative where more is used than a
   *     limit allows by now
   * @param stalledNanos for which some thread has had to wait for memory so far; 0 if nobody counts
   * @param limitHits how often a limit was reached so far, and something had to leave; 0 if nobody
   *     counts
   */
  public record Level(
      long bytes, long freeBytes, long roomBytes, long stalledNanos, long limitHits) {
    /** Without end. */
    public static final Level NONE =
        new Level(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0);
  }
}
