package io.elasticmemory.port;

import java.io.InputStream;

/**
 * A program and all that it starts, as one group that nothing sent to this process' own group
 * reaches, a terminal's Ctrl-C above all.
 */
public interface ProcessGroup extends AutoCloseable {
  /** The descriptor under which the program finds what it was given. */
  int GIVEN = 3;

  /** The descriptor behind {@link #errors}. */
  int ERRORS = 4;

  /** Process id of the program, and the number of the group. */
  long pid();

  /** What is written to {@link #ERRORS} anywhere in the group; ends with the last of it. */
  InputStream errors();

  /** False once the program itself has ended. */
  boolean isAlive();

  /** Waits until the program itself has ended; false if the time was over first. */
  boolean awaitEnd(long timeoutMillis);

  /** Ends every process of the group at once (SIGKILL). Harmless if they have ended. */
  void kill();

  /** Lets go of the group; it is not ended. */
  @Override
  void close();
}
