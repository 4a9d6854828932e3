package io.elasticmemory.samples.bench.ladder;

/**
 * How long things took, in nanoseconds, from 0 to the largest number there is: nothing is capped. A
 * quantile is at most 1.6 % above the sample it stands for, because each power of two is cut into
 * {@value #STEPS} steps; the longest time is kept as it was. Takes no memory as it grows. For one
 * thread.
 */
final class TimeHistogram {
  private static final int STEPS = 64;
  private static final int STEP_BITS = 6;

  private final long[] counts = new long[(64 - STEP_BITS) * STEPS];
  private long count;
  private long maxNanos;

  /** Takes a time; a negative one, from a clock that stepped back, counts as 0. */
  void record(long nanos) {
    long time = Math.max(0, nanos);
    counts[bucket(time)]++;
    count++;
    maxNanos = Math.max(maxNanos, time);
  }

  /** How many. */
  long count() {
    return count;
  }

  /** The longest. */
  long maxNanos() {
    return maxNanos;
  }

  /** A time that so many of a thousand do not exceed; 0 if there is none at all. */
  long quantileNanos(int thousandths) {
    long wanted = Math.ceilDiv(count * thousandths, 1000L);
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted && seen > 0) {
        return Math.min(maxNanos, largestOf(bucket));
      }
    }
    return maxNanos;
  }

  /** Below 64 one nanosecond each; above, the six bits after the leading one. */
  private static int bucket(long nanos) {
    if (nanos < STEPS) {
      return (int) nanos;
    }
    int shift = 63 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
    return (shift + 1) * STEPS + (int) (nanos >>> shift) - STEPS;
  }

  private static long largestOf(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket % STEPS + STEPS + 1) << shift) - 1;
  }
}
