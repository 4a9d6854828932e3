package io.elasticmemory.port;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A connected or connecting byte stream that never blocks (a TCP socket). Used by one thread. A
 * failure of the connection is an {@link IOException}; after it the stream can only be closed.
 */
public interface Stream extends Pollable, AutoCloseable {
  /** True once the connection stands; false while it is still being made. */
  boolean finishConnect() throws IOException;

  /** Sends from a segment; returns the bytes taken, 0 if it would block. */
  long send(MemorySegment from, long offset, long bytes) throws IOException;

  /**
   * Sends as {@link #send(MemorySegment, long, long)} does.
   *
   * @param more further bytes follow at once: the system may keep these until they do, to fill a
   *     packet
   */
  default long send(MemorySegment from, long offset, long bytes, boolean more) throws IOException {
    return send(from, offset, bytes);
  }

  /**
   * Receives into a segment; returns the bytes, 0 if it would block, -1 at the end of the stream.
   */
  long receive(MemorySegment into, long offset, long bytes) throws IOException;

  /**
   * Receives into one segment, and into another what comes after that; returns the bytes of both, 0
   * if it would block, -1 at the end of the stream.
   */
  long receive(
      MemorySegment into,
      long offset,
      long bytes,
      MemorySegment thenInto,
      long thenOffset,
      long thenBytes)
      throws IOException;

  @Override
  void close();
}
