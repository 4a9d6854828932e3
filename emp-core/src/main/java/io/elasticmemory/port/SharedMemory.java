package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/** A sealed memory file mapped for reading and writing, shared between processes; zero at first. */
public interface SharedMemory extends AutoCloseable {
  /** All of it; usable from every thread until {@link #close}. */
  MemorySegment segment();

  /**
   * Takes memory for a range now, so that a touch of it cannot fail.
   *
   * @return false if the machine or its cgroup has none to give
   */
  default boolean reserve(long offset, long bytes) {
    return true;
  }

  /**
   * Gives the memory of a range back: it reads as zero, and a later touch takes memory again.
   *
   * @param offset and {@code bytes} multiples of a page
   */
  default void punch(long offset, long bytes) {
    segment().asSlice(offset, bytes).fill((byte) 0);
  }

  /**
   * First offset in {@code [offset, end)} of a page that has memory, or {@code end}; every page may
   * be taken for one.
   */
  default long nextData(long offset, long end) {
    return offset;
  }

  /** How much of it has memory. */
  default long residentBytes() {
    return segment().byteSize();
  }

  /** Its descriptor, to be handed over. */
  Handle handle();

  /** Unmaps and closes the descriptor. No thread may use the segment afterwards. */
  @Override
  void close();
}
