package io.elasticmemory.space;

import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A part of a segment as a part of a space.
 *
 * @param offset in the space
 * @param bytes may be 0
 */
record SpaceRange(long offset, long bytes) {

  /**
   * Checks that the part is the caller's to use.
   *
   * @throws IllegalArgumentException if the segment is not of this space
   * @throws IndexOutOfBoundsException if the part is not within the segment
   * @throws IllegalStateException if the segment's arena is closed
   * @throws WrongThreadException if the segment is confined to another thread
   */
  static SpaceRange of(SpaceMemory memory, MemorySegment segment, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    ArenaMemory.requireUsable(segment);
    long start = segment.address() - memory.base();
    boolean inside =
        segment.isNative()
            && start >= 0
            && segment.byteSize() <= memory.capacityBytes()
            && start <= memory.capacityBytes() - segment.byteSize();
    if (!inside) {
      throw new IllegalArgumentException(
          "a segment of %d bytes at address %#x is not of this space; use one of its arenas"
              .formatted(segment.byteSize(), segment.address()));
    }
    return new SpaceRange(start + offset, bytes);
  }

  /** The whole blocks that hold it. */
  SpaceRange outToBlocks(long blockBytes) {
    long first = offset & -blockBytes;
    return new SpaceRange(first, ((end() + blockBytes - 1) & -blockBytes) - first);
  }

  long end() {
    return offset + bytes;
  }
}
