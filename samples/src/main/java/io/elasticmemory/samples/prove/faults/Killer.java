package io.elasticmemory.samples.prove.faults;

import java.io.IOException;
import java.util.Optional;

/** A way to end the pagers of a program, one after the other. */
interface Killer {
  /** False when enough have been ended. */
  boolean hasNext();

  /** What the next one counts for. */
  KillTally tally();

  /**
   * Ends one, and waits until another serves.
   *
   * @return what went wrong, if anything
   */
  Optional<String> kill(KilledSpace space) throws IOException;

  /** Whether the longest access around the last kill says how long a pager is missed. */
  boolean isTimed();
}
