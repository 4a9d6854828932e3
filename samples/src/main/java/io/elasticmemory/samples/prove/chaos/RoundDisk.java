package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** Where the spill file of a round is, and what can be done to it. For one thread. */
interface RoundDisk extends AutoCloseable {
  /** A path on it. */
  Path file(String name);

  /** Whether it can be done here. */
  boolean can(Harm harm);

  /** Does it from now on, until {@link #heal}. */
  void harm(Harm harm) throws IOException;

  /** Nothing is done to it any more. */
  void heal() throws IOException;

  /** Nobody needs it any more. */
  @Override
  void close() throws IOException;
}
