package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;

/**
 * What a {@link SimDonor} is like: whose it is, how fast it is, and how much it takes. Of a laggard
 * many transfers are late at a time. One that compresses has room for so many units of its slots,
 * and refuses one in so many writes. A copy has the same bytes as the donor before it.
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
    int refusesOneIn,
    boolean copy) {

  private static final int BACKUP_TIMES = 3;

  /** One that has its bytes alone. */
  DonorShape(
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
    this(
        shard,
        tier,
        slots,
        leastNanos,
        mostNanos,
        queueMax,
        sync,
        laggard,
        roomUnits,
        refusesOneIn,
        false);
  }

  /** A copy of it that is never late. */
  DonorShape copied() {
    return new DonorShape(
        shard,
        tier,
        slots,
        leastNanos,
        mostNanos,
        queueMax,
        sync,
        false,
        roomUnits,
        refusesOneIn,
        true);
  }

  /** A copy of it on a disk, which is never late either. */
  DonorShape backedUp() {
    return new DonorShape(
        shard,
        Tier.SSD,
        slots,
        BACKUP_TIMES * leastNanos,
        BACKUP_TIMES * mostNanos,
        queueMax,
        sync,
        false,
        roomUnits,
        refusesOneIn,
        true);
  }

  /** A copy on a disk. */
  boolean isBackup() {
    return copy && tier == Tier.SSD;
  }

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
