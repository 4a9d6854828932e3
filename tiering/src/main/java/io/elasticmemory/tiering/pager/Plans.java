package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.policy.PrefetchPolicy;
import io.elasticmemory.tiering.policy.PrefetchPolicy.Plan;

/**
 * What is worth bringing along with the subblocks that were demanded lately. It is kept until those
 * have been sent.
 */
final class Plans {
  /** Plans kept until the end of a turn; what is beyond was not worth much. */
  private static final int PLANS_MAX = 64;

  private final PrefetchPolicy policy;
  private final int subblockShift;
  private final Plan[] plans = new Plan[PLANS_MAX];
  private int count;

  /** No plans yet, for blocks of so many subblocks. */
  Plans(PrefetchPolicy policy, int subblocks) {
    this.policy = policy;
    subblockShift = Integer.numberOfTrailingZeros(subblocks);
    for (int i = 0; i < PLANS_MAX; i++) {
      plans[i] = new Plan();
    }
  }

  /**
   * Asks what is worth bringing along with a subblock that somebody waits for.
   *
   * @param isComing it was on its way already
   */
  void demanded(int block, int subblock, boolean isComing) {
    if (count < PLANS_MAX) {
      policy.demanded(((long) block << subblockShift) + subblock, isComing, plans[count++]);
    }
  }

  int count() {
    return count;
  }

  Plan get(int index) {
    return plans[index];
  }

  void clear() {
    count = 0;
  }
}
