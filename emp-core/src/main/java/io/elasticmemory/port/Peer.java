package io.elasticmemory.port;

/** Another process, held by a descriptor that never names a later process with the same number. */
public interface Peer extends Pollable, AutoCloseable {
  /** Its process id. */
  long pid();

  /** False once it has ended. A poller reports READ when it ends. */
  boolean isAlive();

  /** True while it stands still because of a signal (SIGSTOP), until another one wakes it. */
  boolean isStopped();

  /** Ends it at once (SIGKILL). Harmless if it has ended. */
  void kill();

  @Override
  void close();
}
