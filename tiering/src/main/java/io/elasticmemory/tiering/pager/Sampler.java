package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import io.elasticmemory.tiering.policy.SamplingRate;
import io.elasticmemory.wire.BlockWord;
import java.util.Arrays;

/**
 * Shows the replacement policy which blocks are in use: has those that it names unmapped but kept,
 * so that a touch comes back as a MINOR fault. Blocks are asked for in batches, neighbours in one
 * range. A block counts as watched only when the application has said so, and nothing depends on
 * whether it ever does: its control thread may stand still behind a safepoint.
 */
final class Sampler {
  /** Blocks asked for together: what waking the application's thread costs is shared by them. */
  private static final int BATCH_MAX = 64;

  /** Of them, specimens by which the misses with other amounts of DRAM are estimated. */
  private static final int SPECIMENS_MAX = 16;

  private final Blocks blocks;
  private final Evictor evictor;
  private final SamplingRate rate;
  private final int[] batch = new int[BATCH_MAX];
  private int count;
  private final int[] firstAsked = new int[Unmaps.UNDER_WAY_MAX];
  private final int[] countAsked = new int[Unmaps.UNDER_WAY_MAX];

  /** True for ranges that the policy has not named: how they are used is not judged yet. */
  private final boolean[] specimensAsked = new boolean[Unmaps.UNDER_WAY_MAX];

  private Unmaps unmaps = Unmaps.NOTHING;
  private boolean sampling;
  private long asked;
  private long done;

  Sampler(Blocks blocks, Evictor evictor) {
    this.blocks = blocks;
    this.evictor = evictor;
    rate = blocks.samplingRate;
  }

  /** Has blocks unmapped there from now on. */
  void follow(Unmaps target) {
    unmaps = target;
    sampling = true;
  }

  /** Takes note of what has been unmapped. */
  void collect() {
    if (done == asked) {
      return;
    }
    long now = Math.min(asked, unmaps.done());
    for (; done < now; done++) {
      int at = (int) done & Unmaps.UNDER_WAY_MAX - 1;
      for (int i = 0; i < countAsked[at]; i++) {
        watched(firstAsked[at] + i, specimensAsked[at]);
      }
    }
  }

  private void watched(int block, boolean specimen) {
    if (mayWatch(block)) {
      if (!specimen && blocks.residency.has(block, Residency.WATCHED_IN_PARTS)) {
        blocks.residency.clear(block, Residency.WATCHED_IN_PARTS);
        evictor.leaveInPart(block);
      }
      blocks.residency.set(block, Residency.UNMAPPED);
      blocks.replacement.watched(block);
      blocks.counters.add(Counter.blocksWatched, 1);
    }
  }

  /** True if the block may yet be unmapped because that was asked for. */
  boolean isUnderWay(int block) {
    if (unmaps.hasInherited()) {
      return true;
    }
    for (long i = done; i < asked; i++) {
      int at = (int) i & Unmaps.UNDER_WAY_MAX - 1;
      if (block >= firstAsked[at] && block - firstAsked[at] < countAsked[at]) {
        return true;
      }
    }
    return false;
  }

  /** What is leaving, or stays anyway, is not to be looked at now. */
  private boolean mayWatch(int block) {
    return blocks.residency.hasPresent(block)
        && blocks.activity(block) == BlockWord.NONE
        && !blocks.residency.has(block, Residency.STAYS);
  }

  /** Asks for the next blocks, if DRAM is short and enough have arrived to pay for it. */
  void ask() {
    if (!sampling
        || !blocks.budget.isNearlyFull()
        || asked - done > Unmaps.UNDER_WAY_MAX - BATCH_MAX
        || rate.allowed(BATCH_MAX) < BATCH_MAX) {
      return;
    }
    int chosen = fill();
    boolean any = askRuns(0, chosen, false);
    any |= askRuns(chosen, count, true);
    if (any) {
      unmaps.announce();
    }
  }

  /**
   * Fills the batch. Specimens alone are not worth a call before there are enough of them.
   *
   * @return how many of the batch the policy has named: the first ones
   */
  private int fill() {
    count = 0;
    int named = 0;
    int block = ReplacementPolicy.NOBODY;
    while (named < BATCH_MAX - SPECIMENS_MAX
        && (block = blocks.replacement.toWatch()) != ReplacementPolicy.NOBODY) {
      add(block);
      named++;
    }
    int chosen = count;
    boolean worthACall = named > 0 || blocks.curve.wishes() >= SPECIMENS_MAX;
    while (worthACall
        && named < BATCH_MAX
        && (block = blocks.curve.toWatch()) != ReplacementPolicy.NOBODY) {
      add(block);
      named++;
    }
    rate.watching(named);
    return chosen;
  }

  private void add(int block) {
    if (mayWatch(block)) {
      batch[count++] = block;
    }
  }

  private boolean askRuns(int start, int end, boolean specimens) {
    Arrays.sort(batch, start, end);
    boolean any = false;
    for (int from = start; from < end; ) {
      int to = from + 1;
      while (to < end && batch[to] == batch[to - 1] + 1) {
        to++;
      }
      any |= ask(batch[from], to - from, specimens);
      from = to;
    }
    return any;
  }

  private boolean ask(int first, int length, boolean specimens) {
    long bytes = (long) length * blocks.geometry.blockBytes();
    boolean room = unmaps.ask(blocks.geometry.offsetOf(first), bytes);
    if (room) {
      int at = (int) asked & Unmaps.UNDER_WAY_MAX - 1;
      firstAsked[at] = first;
      countAsked[at] = length;
      specimensAsked[at] = specimens;
      asked++;
    }
    return room;
  }
}
