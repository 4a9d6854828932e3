package io.elasticmemory.tiering.policy;

import io.elasticmemory.Advice;

/**
 * Chooses what comes beside a demanded subblock. Subblocks are numbered from the start of the
 * space. Used by one thread; allocates nothing after construction.
 */
public interface PrefetchPolicy {
  /**
   * A fault has asked for a stored subblock that is absent. The plan is the caller's, to be filled.
   *
   * @param isComing it was on its way already, brought along; otherwise it is since now
   */
  void demanded(long subblock, boolean isComing, Plan plan);

  /**
   * The stream of a plan was followed so far: the next plan of that stream goes on there. Without
   * this call nothing of it counts as asked for.
   *
   * @param stream as in the plan
   * @param next the first position that was not asked for
   */
  void followed(int stream, long next);

  /**
   * True if blocks around a subblock are used in parts: what is not touched of such a block may
   * leave alone.
   */
  default boolean isUsedInParts(long subblock) {
    return false;
  }

  /** Samples of what it would bring in ahead, of which it was seen whether they were used. */
  default long judged() {
    return 0;
  }

  /** Those of them that were used. */
  default long used() {
    return 0;
  }

  /** Subblocks from the first to the last will be used so: NORMAL, SEQUENTIAL or RANDOM. */
  default void advise(long first, long last, Advice advice) {}

  /** What is worth bringing: a unit around the demanded subblock, and positions ahead of it. */
  final class Plan {
    /** No stream. */
    public static final int NO_STREAM = -1;

    /** First subblock of the unit; the demanded one lies in it. */
    public long unitFrom;

    /** One past the last subblock of the unit. */
    public long unitTo;

    /** Whose positions are ahead, or {@link #NO_STREAM}. */
    public int stream = NO_STREAM;

    /** The first position ahead. */
    public long from;

    /** How many positions there are. */
    public int count;

    /** From one position to the next, in subblocks; never 0 where there is a stream. */
    public long stride;

    /** Only the demanded subblock itself. */
    public void only(long subblock) {
      unitFrom = subblock;
      unitTo = subblock + 1;
      stream = NO_STREAM;
      count = 0;
    }
  }

  /** Always the whole block and nothing ahead: the fixed unit to compare with. */
  static PrefetchPolicy restOfBlock(int subblocks) {
    return new PrefetchPolicy() {
      @Override
      public void demanded(long subblock, boolean isComing, Plan plan) {
        plan.only(subblock);
        plan.unitFrom = subblock & -subblocks;
        plan.unitTo = plan.unitFrom + subblocks;
      }

      @Override
      public void followed(int stream, long next) {}
    };
  }
}
