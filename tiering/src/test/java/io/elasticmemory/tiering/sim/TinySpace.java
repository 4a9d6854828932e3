package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.tiering.pager.ShardSettings;
import io.elasticmemory.wire.Geometry;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Spaces so small that all that can happen in them can be tried: two blocks of two subblocks. */
enum TinySpace {
  /** Blocks leave when they are unloaded; there are two tiers, and blocks move between them. */
  ROOMY,
  /** DRAM for one block: whatever comes must leave. */
  TIGHT,
  /** What is on its way to the first tier dies with the pager. */
  COMPRESSED,
  /** The first tier takes nothing: all passes on to the next. */
  REFUSING,
  /** Donors get what is sealed. */
  ENCRYPTED;

  static final int BLOCKS = 2;
  private static final int PAGE_BYTES = 64;
  private static final int SUBBLOCK_BYTES = 2 * PAGE_BYTES;
  private static final int BLOCK_BYTES = 2 * SUBBLOCK_BYTES;

  private static final Geometry GEOMETRY =
      new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, SUBBLOCK_BYTES);

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  /**
   * As late as possible: a pager has nothing else to do by then, and a successor has begun that is
   * not fenced yet.
   */
  private static final long LATE_NANOS = 5 * MILLI;

  /** The kernel's calls take less, and a thread that was served has touched its page by then. */
  private static final long YOUNG_NANOS = 20 * MICRO;

  private static final int THREADS = 8;
  private static final int QUEUE = 8;

  /** So few that a block is moved down when the other one comes. */
  private static final int SLOTS = 3;

  /** So that both may be pinned. */
  private static final long ROOMY_BYTES =
      ShardSettings.minimumBudgetBytes(GEOMETRY) + (long) BLOCKS * BLOCK_BYTES;

  /** What has happened before a pager is killed. */
  List<String> situations() {
    String untouched = "";
    String dirty = "wA xA wB xB.";
    String storedInPart = "wA wB. uA. uB.";
    String stored = dirty + " uA. uB.";
    String clean = stored + " rA rB.";
    String fetchedOnce = clean + " uA. uB.";
    return switch (this) {
      case ROOMY -> List.of(untouched, dirty, storedInPart, clean, fetchedOnce);
      case TIGHT -> List.of(untouched, dirty);
      case COMPRESSED -> List.of(dirty, stored);
      case REFUSING, ENCRYPTED -> List.of(dirty);
    };
  }

  /** What the application does. */
  Set<Act.Kind> kinds() {
    return this == ROOMY || this == ENCRYPTED
        ? EnumSet.allOf(Act.Kind.class)
        : EnumSet.complementOf(EnumSet.of(Act.Kind.PIN));
  }

  /** The DRAM that the space has, less than any other may have, or 0. */
  long narrowBytes() {
    return this == TIGHT ? BLOCK_BYTES : 0;
  }

  /**
   * The space, and nothing happens by chance.
   *
   * @param late transfers end as late as possible, and not at once
   */
  Scenario scenario(boolean late) {
    long nanos = late ? LATE_NANOS : 0;
    return new Scenario(
        GEOMETRY,
        1,
        new ShardSettings(
            ROOMY_BYTES,
            PAGE_BYTES,
            40 * MILLI,
            10 * MILLI,
            YOUNG_NANOS,
            6L * BLOCK_BYTES,
            true,
            false,
            false),
        List.of(first(nanos), shape(Tier.SSD, nanos)),
        THREADS,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        0,
        Scenario.Finale.NONE,
        this == ENCRYPTED);
  }

  private DonorShape first(long nanos) {
    return this == COMPRESSED || this == REFUSING
        ? new DonorShape(
            0,
            Tier.COMPRESSED,
            SLOTS,
            nanos,
            nanos,
            QUEUE,
            true,
            false,
            SLOTS * GEOMETRY.subblocks(),
            this == REFUSING ? 1 : Integer.MAX_VALUE)
        : shape(Tier.REMOTE, nanos);
  }

  private static DonorShape shape(Tier tier, long nanos) {
    return new DonorShape(0, tier, SLOTS, nanos, nanos, QUEUE, true, false);
  }
}
