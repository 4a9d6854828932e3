package io.elasticmemory.port;

/** Wakes a {@link Poller} in another process: an eventfd. Rings are merged until it is silenced. */
public interface Doorbell extends Pollable, AutoCloseable {
  /** Its descriptor, to be handed over. */
  Handle handle();

  /** Makes it ready. Any thread; never blocks. */
  void ring();

  /** Makes it not ready until the next ring. */
  void silence();

  @Override
  void close();
}
