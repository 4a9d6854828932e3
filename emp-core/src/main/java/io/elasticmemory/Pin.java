package io.elasticmemory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A part of a space that is pinned until this is closed, see {@link Emp#pin}. Keeps the segment
 * alive, also one of an automatic arena: who hands addresses to a device need keep nothing else.
 * What is pinned stays so until this is closed, however it is lost. Closing twice, or after the
 * space, is harmless. Safe for use by many threads.
 */
public final class Pin implements AutoCloseable {
  private final MemorySegment segment;
  private final long bytes;
  private final Runnable unpin;
  private boolean closed;

  Pin(MemorySegment segment, long bytes, Runnable unpin) {
    this.segment = segment;
    this.bytes = bytes;
    this.unpin = unpin;
  }

  /** Bytes that were asked to be pinned; whole blocks are. */
  public long bytes() {
    return bytes;
  }

  /** Lets the blocks leave again, unless another pin holds them. */
  @Override
  public void close() {
    if (beginClosing()) {
      unpin.run();
    }
    Reference.reachabilityFence(segment);
  }

  private synchronized boolean beginClosing() {
    boolean first = !closed;
    closed = true;
    return first;
  }
}
