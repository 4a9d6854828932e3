package io.elasticmemory.samples.chaos;

import java.io.IOException;

/**
 * A way to treat the messages of one direction of one connection. Told of each in its order, by one
 * thread; what it does with time it does by waiting, as whatever comes meanwhile queues up behind.
 */
public interface Mischief {
  /** The way out. */
  interface Wire {
    /** Sends bytes on. */
    void send(byte[] bytes, int from, int count) throws IOException;

    /** Sends a message on as it came. */
    default void send(Frame frame) throws IOException {
      send(frame.bytes(), 0, frame.length());
    }

    /** Ends this direction in order (FIN). Nothing can be sent after it. */
    void finish() throws IOException;

    /** Breaks the connection, both directions (RST). */
    void reset();

    /** Counts one thing done to a message or to the connection. */
    void note();
  }

  /** A message wants to pass. */
  void pass(Frame frame, Wire wire) throws IOException, InterruptedException;

  /** Nothing has come for some milliseconds. */
  default void idle(Wire wire) throws IOException, InterruptedException {}

  /** It is over with this mischief: what it holds back is sent on, or dropped for good. */
  default void release(Wire wire) throws IOException, InterruptedException {}

  /** Whoever sends here has ended in order. */
  default void end(Wire wire) throws IOException, InterruptedException {
    release(wire);
    wire.finish();
  }
}
