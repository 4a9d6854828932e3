package io.elasticmemory.port;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One end of a connection between application and pager: whole messages of at most {@link
 * #MESSAGE_BYTES_MAX}, which may carry descriptors (SOCK_SEQPACKET with SCM_RIGHTS).
 */
public interface ControlChannel extends Pollable, AutoCloseable {
  /** Longest message. */
  int MESSAGE_BYTES_MAX = 32 * 1024;

  /** Most descriptors in one message. */
  int HANDLES_MAX = 250;

  /**
   * Sends a message; the handles stay the caller's.
   *
   * @return false if it would have blocked longer than {@code timeoutMillis}; 0 never blocks
   */
  boolean send(MemorySegment message, List<? extends Handle> handles, long timeoutMillis)
      throws IOException;

  /**
   * Receives a message into {@code into} and adds the descriptors that came with it to {@code
   * handles}, which become the caller's.
   *
   * @return its bytes; 0 if none came within {@code timeoutMillis}; -1 if the other side has closed
   */
  int receive(MemorySegment into, List<Handle> handles, long timeoutMillis) throws IOException;

  /**
   * Like {@link #receive}, and leaves the message where it is, with all that came with it: who
   * takes or looks at it next gets descriptors of its own.
   */
  int peek(MemorySegment into, List<Handle> handles, long timeoutMillis) throws IOException;

  /** Process id of who made the connection, told by the kernel. */
  long peerPid();

  @Override
  void close();
}
