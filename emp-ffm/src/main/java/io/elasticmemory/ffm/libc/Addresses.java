package io.elasticmemory.ffm.libc;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** From segments, which Java checks, to the plain addresses that the calls of this package take. */
public final class Addresses {
  private Addresses() {}

  /**
   * The address of a part of a segment, after the checks that Java would make. The caller keeps the
   * segment reachable and its arena open until the call with the address has returned.
   *
   * @throws IllegalArgumentException if the segment is on the heap, where things move
   * @throws IllegalStateException if its arena is closed
   * @throws IndexOutOfBoundsException if the part is not inside the segment
   */
  public static long of(MemorySegment segment, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    if (!segment.isNative()) {
      throw new IllegalArgumentException("a heap segment has no address");
    }
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("the segment's arena is closed");
    }
    return segment.address() + offset;
  }
}
