package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

/**
 * After what time without an answer the other side is asked as well: a few times what 99 of 100
 * reads take. That is followed by small steps, up for a read that took longer and down for one that
 * did not, which are even when one in a hundred did.
 */
final class ReadPace {
  private static final long LEAST_NANOS = MILLISECONDS.toNanos(1);
  private static final long MOST_NANOS = MILLISECONDS.toNanos(50);
  private static final int TIMES = 3;
  private static final int STEP_UP = 16;
  private static final int STEP_DOWN = 99 * STEP_UP;

  /** What somebody waits for overtakes the rest, so each has its own. */
  private long urgentNanos = LEAST_NANOS;

  private long patientNanos = LEAST_NANOS;

  void observed(boolean urgent, long nanos) {
    if (urgent) {
      urgentNanos = step(urgentNanos, nanos);
    } else {
      patientNanos = step(patientNanos, nanos);
    }
  }

  private static long step(long level, long nanos) {
    long next = nanos > level ? level + level / STEP_UP : level - level / STEP_DOWN;
    return Math.clamp(next, LEAST_NANOS / STEP_UP, MOST_NANOS);
  }

  /** How long the first side is waited for alone. */
  long hedgeNanos(boolean urgent) {
    return Math.clamp(TIMES * (urgent ? urgentNanos : patientNanos), LEAST_NANOS, MOST_NANOS);
  }
}
