package io.elasticmemory.port.verbs;

import java.lang.foreign.MemorySegment;

/** Memory that a device may use. Usable from every thread. */
public interface MemoryRegion extends AutoCloseable {
  /** The memory. */
  MemorySegment memory();

  /** What the other side names its first byte. */
  long remoteAddress();

  /** What the other side shows for its right to use it. */
  int remoteKey();

  /**
   * The device forgets it; what still names its key ends as REMOTE_ACCESS, and ends the queue pair
   * that did. Before the memory is given back. Harmless when called again.
   */
  @Override
  void close();
}
