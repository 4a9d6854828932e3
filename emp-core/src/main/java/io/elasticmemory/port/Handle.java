package io.elasticmemory.port;

/**
 * A descriptor of the operating system that can be handed to another process. Closing twice is
 * harmless; use after closing is an {@link IllegalStateException}.
 */
public interface Handle extends Pollable, AutoCloseable {
  /** Another descriptor of the same, to be closed by itself. */
  Handle duplicate();

  @Override
  void close();
}
