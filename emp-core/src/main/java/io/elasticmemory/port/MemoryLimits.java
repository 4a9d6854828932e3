package io.elasticmemory.port;

/**
 * How much memory this process may use.
 *
 * @param machineBytes all memory of the machine
 * @param availableBytes what could be used now without swapping
 * @param cgroupLimitBytes the smallest limit of the cgroups it is in; {@link Long#MAX_VALUE} if
 *     none
 * @param cgroupUsedBytes what the cgroup with that limit uses now, less the file cache that the
 *     kernel drops first
 */
public record MemoryLimits(
    long machineBytes, long availableBytes, long cgroupLimitBytes, long cgroupUsedBytes) {
  /** What could be taken now, by the machine and by the cgroup. */
  public long roomBytes() {
    return Math.min(availableBytes, Math.max(0, cgroupLimitBytes - cgroupUsedBytes));
  }
}
