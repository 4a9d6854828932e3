package io.elasticmemory.port;

/**
 * Waits for many sources at once (epoll on Linux), level-triggered. Used by one thread; {@link
 * #await} calls the handlers on that thread and allocates nothing.
 */
public interface Poller extends AutoCloseable {
  /** Interest or event: bytes, messages or connections can be taken. */
  int READ = 1;

  /** Interest or event: bytes can be sent. */
  int WRITE = 4;

  /** Event only: the other side is gone or the source has failed. */
  int FAILED = 8;

  /** Called when a source is ready. */
  @FunctionalInterface
  interface Ready {
    /** Told once per {@link Poller#await} with all events that hold. */
    void ready(int events);
  }

  /** Starts watching a source; with an interest of 0 only for {@link #FAILED}. */
  void watch(Pollable source, int interest, Ready ready);

  /** Changes what is waited for on a watched source. */
  void interest(Pollable source, int interest);

  /** Stops watching; the handler is not called again. Call before the source is closed. */
  void forget(Pollable source);

  /**
   * Waits until a source is ready or the time is over, then calls the handlers.
   *
   * @param timeoutNanos 0 only looks, negative waits without limit
   * @return how many handlers were called
   */
  int await(long timeoutNanos);

  @Override
  void close();
}
