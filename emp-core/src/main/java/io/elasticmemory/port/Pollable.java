package io.elasticmemory.port;

/** Something a {@link Poller} can wait for. */
public interface Pollable {
  /** The operating system's number for it, -1 if there is none (a simulation). */
  int descriptor();
}
