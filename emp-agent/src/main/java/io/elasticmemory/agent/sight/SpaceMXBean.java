package io.elasticmemory.agent.sight;

import java.util.Map;

/**
 * The space of a program with the agent, as {@code io.elasticmemory:type=Space} in its platform
 * MBean server. What lies in it is not counted as direct memory.
 */
public interface SpaceMXBean {
  /** The memory path. */
  String getPath();

  /** Process id of the pager. */
  long getPagerPid();

  /** Bytes that the space can hold. */
  long getCapacityBytes();

  /** Bytes of DRAM that it may fill. */
  long getDramBytes();

  /** Bytes of DRAM that it fills. */
  long getResidentBytes();

  /** Bytes that the program has of it. */
  long getUsedBytes();

  /** Allocations that were made in it. */
  long getAllocations();

  /** Of these, those that were freed. */
  long getFreed();

  /** Allocations that are ordinary memory for want of room. */
  long getFallbacks();

  /** All that its pager counts, by the names of {@code emp stat --json}. */
  Map<String, Long> getCounters();
}
