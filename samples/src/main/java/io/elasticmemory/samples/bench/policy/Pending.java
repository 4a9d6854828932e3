package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.policy.ReplacementPolicy;
import java.util.ArrayDeque;

/** Blocks that a policy wants to be watched, in order; the oldest wishes are given up. */
final class Pending {
  private static final int WISHES_MAX = 1 << 16;

  private final ArrayDeque<Integer> wishes = new ArrayDeque<>();

  void add(int block) {
    if (wishes.size() == WISHES_MAX) {
      wishes.remove();
    }
    wishes.add(block);
  }

  /** The next of them, or nobody. */
  int take() {
    return wishes.isEmpty() ? ReplacementPolicy.NOBODY : wishes.remove();
  }
}
