package io.elasticmemory.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over ranges of memory segments. Allocates nothing as long as the ranges lie in the few
 * segments it was used with last. Used by one thread.
 */
public final class SegmentCrc {
  private static final int VIEWS = 4;

  private final CRC32C crc = new CRC32C();
  private final MemorySegment[] segments = new MemorySegment[VIEWS];
  private final ByteBuffer[] views = new ByteBuffer[VIEWS];
  private int next;

  /** Begins a new sum. */
  public SegmentCrc reset() {
    crc.reset();
    return this;
  }

  /** Adds a range, at most 2 GiB less a byte. */
  public SegmentCrc add(MemorySegment segment, long offset, long bytes) {
    if (segment.byteSize() > Integer.MAX_VALUE) {
      crc.update(segment.asSlice(offset, bytes).asByteBuffer());
      return this;
    }
    ByteBuffer view = view(segment);
    view.limit((int) (offset + bytes)).position((int) offset);
    crc.update(view);
    return this;
  }

  /** The sum of what was added since {@link #reset}. */
  public int value() {
    return (int) crc.getValue();
  }

  /** The sum of one range. */
  public int of(MemorySegment segment, long offset, long bytes) {
    return reset().add(segment, offset, bytes).value();
  }

  // Equal is not enough: an equal segment may be another mapping at the same address.
  @SuppressWarnings({"MemorySegmentReferenceEquality", "ReferenceEquality"})
  private ByteBuffer view(MemorySegment segment) {
    for (int i = 0; i < VIEWS; i++) {
      if (segments[i] == segment) {
        return views[i];
      }
    }
    ByteBuffer view = segment.asByteBuffer();
    segments[next] = segment;
    views[next] = view;
    next = (next + 1) % VIEWS;
    return view;
  }
}
