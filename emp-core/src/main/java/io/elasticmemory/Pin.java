package io.elasticmemory;

/**
 * A part of a space that is pinned until this is closed, see {@link Emp#pin}. Closing twice, or
 * after the space, is harmless. Safe for use by many threads.
 */
public final class Pin implements AutoCloseable {
  private final long bytes;
  private final Runnable unpin;
  private boolean closed;

  Pin(long bytes, Runnable unpin) {
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
  }

  private synchronized boolean beginClosing() {
    boolean first = !closed;
    closed = true;
    return first;
  }
}
