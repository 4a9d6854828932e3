package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/** A sealed memory file mapped for reading and writing, shared between processes; zero at first. */
public interface SharedMemory extends AutoCloseable {
  /** All of it; usable from every thread until {@link #close}. */
  MemorySegment segment();

  /** Its descriptor, to be handed over. */
  Handle handle();

  /** Unmaps and closes the descriptor. No thread may use the segment afterwards. */
  @Override
  void close();
}
