package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Handle;
import io.elasticmemory.port.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/** A memory file of which every page must be taken before it is written; it can run out. */
final class PlainMemory implements SharedMemory {
  static final int PAGE_BYTES = 4096;

  private final MemorySegment segment;
  final BitSet taken = new BitSet();
  long pagesMax = Long.MAX_VALUE;
  boolean closed;

  PlainMemory(long bytes) {
    segment = Arena.ofAuto().allocate(bytes, PAGE_BYTES);
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public boolean reserve(long offset, long bytes) {
    requirePages(offset, bytes);
    if (taken.cardinality() + bytes / PAGE_BYTES > pagesMax) {
      return false;
    }
    taken.set((int) (offset / PAGE_BYTES), (int) ((offset + bytes) / PAGE_BYTES));
    return true;
  }

  @Override
  public void punch(long offset, long bytes) {
    requirePages(offset, bytes);
    segment.asSlice(offset, bytes).fill((byte) 0);
    taken.clear((int) (offset / PAGE_BYTES), (int) ((offset + bytes) / PAGE_BYTES));
  }

  private static void requirePages(long offset, long bytes) {
    if (offset % PAGE_BYTES != 0 || bytes % PAGE_BYTES != 0 || bytes <= 0) {
      throw new IllegalArgumentException(bytes + " bytes at " + offset + " are not whole pages");
    }
  }

  @Override
  public Handle handle() {
    throw new UnsupportedOperationException("nobody else shares it");
  }

  @Override
  public void close() {
    closed = true;
  }
}
