package io.elasticmemory.space;

import java.lang.foreign.MemorySegment;

/** What one arena has been given of a space. */
public interface ArenaMemory {
  /** See {@link java.lang.foreign.Arena#allocate(long, long)}. */
  MemorySegment allocate(long byteSize, long byteAlignment);
}
