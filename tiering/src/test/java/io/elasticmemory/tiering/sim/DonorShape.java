package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;

/**
 * What a {@link SimDonor} is like: whose it is, how fast it is, and how much it takes. Of a laggard
 * many transfers are late at a time. One that compresses has room for so many units of its slots,
 * and refuses one in so many writes.
 */
record DonorShape(
    int shard,
    Tier tier,
    int slots,
    long leastNanos,
    long mostNanos,
    int queueMax,
    boolean sync,
    boolean laggard,
    int roomUnits,
    int refusesOneIn) {

  /** One of the only shard. */
  DonorShape(
      Tier tier,
      int slots,
      long leastNanos,
      long mostNanos,
      int queueMax,
      boolean sync,
      boolean laggard) {
    this(0, tier, slots, leastNanos, mostNanos, queueMax, sync, laggard);
  }

  /** One that has room in all its slots for whatever comes. */
  DonorShape(
      int shard,
      Tier tier,
      int slots,
      long leastNanos,
      long mostNanos,
      int queueMax,
      boolean sync,
      boolean laggard) {
    this(
        shard,
        tier,
        slots,
        leastNanos,
        mostNanos,
        queueMax,
        sync,
        laggard,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE);
  }
}
