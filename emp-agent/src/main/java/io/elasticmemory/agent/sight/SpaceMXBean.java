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

  /**
   * Brings memory of the space into DRAM and keeps it there, present and writable, until it is
   * unpinned: for direct I/O, buffers of io_uring and devices, which write past every page fault.
   * Whole blocks are pinned; what overlaps may be pinned by several. What is freed meanwhile is
   * handed to nobody before it is unpinned.
   *
   * @param address of the first byte, as native code has it
   * @param bytes how many
   * @throws IllegalArgumentException if they are not all in the space
   * @throws IllegalStateException if more than half of the DRAM would be pinned, or the memory
   *     cannot be brought; nothing more is pinned then
   */
  void pin(long address, long bytes);

  /**
   * Lets memory leave again that was pinned with the same numbers.
   *
   * @param address of the first byte, as native code has it
   * @param bytes how many
   * @throws IllegalArgumentException if they are not all in the space
   * @throws IllegalStateException if some of it is not pinned
   */
  void unpin(long address, long bytes);
}
