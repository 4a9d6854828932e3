package io.elasticmemory.ffm.disni.engine;

import io.elasticmemory.ffm.epoll.EventfdDoorbell;
import io.elasticmemory.thread.SpaceThreads;

/**
 * Makes readable what DiSNI can only be waited at: a thread waits, and rings for each thing it has
 * seen. DiSNI's handles have no descriptor.
 */
final class Waiter implements AutoCloseable {
  /** How long the thread waits at a time, and so how long closing takes at most. */
  static final int LOOK_MILLIS = 50;

  /** Waits for a moment; true if there is something. */
  @FunctionalInterface
  interface Wait {
    /** Waits. */
    boolean await() throws Exception;
  }

  private final EventfdDoorbell bell = EventfdDoorbell.create();
  private final Thread thread;
  private volatile boolean closed;

  Waiter(String name, Wait wait) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> watch(wait));
  }

  void start() {
    thread.start();
  }

  private void watch(Wait wait) {
    while (!closed) {
      try {
        if (wait.await()) {
          bell.ring();
        }
      } catch (Exception e) {
        // Whoever uses the handle next is told; without it there is nothing to wait for.
        bell.ring();
        return;
      }
    }
  }

  int descriptor() {
    return bell.descriptor();
  }

  void ring() {
    bell.ring();
  }

  void silence() {
    bell.silence();
  }

  /** Ends the thread: nobody waits at the handle any more when this returns. */
  @Override
  public void close() {
    closed = true;
    SpaceThreads.awaitEnd(thread);
    bell.close();
  }
}
