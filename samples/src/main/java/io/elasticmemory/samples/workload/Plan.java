package io.elasticmemory.samples.workload;

import java.time.Duration;
import java.util.Optional;

/**
 * What to do.
 *
 * @param mode the pattern of accesses
 * @param operations random accesses of all threads together; the other modes make whole passes
 * @param skew where random accesses go
 * @param seed chooses values and places
 * @param atLeast goes on until so much time has passed
 * @param defect what to plant before the last check
 */
public record Plan(
    Mode mode, long operations, Skew skew, long seed, Duration atLeast, Optional<Defect> defect) {
  public Plan {
    if (operations < 0) {
      throw new IllegalArgumentException(operations + " operations, give 0 or more");
    }
  }

  /** One round, without skew or defect. */
  public static Plan of(Mode mode, long operations, long seed) {
    return new Plan(mode, operations, Skew.NONE, seed, Duration.ZERO, Optional.empty());
  }
}
