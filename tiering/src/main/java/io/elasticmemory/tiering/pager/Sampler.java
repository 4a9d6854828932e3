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
        watched(firstAsked[at] + i);
      }
    }
  }

  private void watched(int block) {
    if (mayWatch(block)) {
      if (blocks.residency.has(block, Residency.WATCHED_IN_PARTS)) {
        blocks.residency.clear(block, Residency.WATCHED_IN_PARTS);
        evictor.leaveInPart(block);
      }
      blocks.residency.set(block, Residency.UNMAPPED);
      blocks.replacement.watched(block);
      blocks.counters.add(Counter.blocksWatched, 1);
    }
  }

  /** What is leaving or pinned is not to be looked at now. */
  private boolean mayWatch(int block) {
    return blocks.residency.hasPresent(block)
        && blocks.activity(block) == BlockWord.NONE
        && !blocks.residency.has(block, Residency.PINNED);
  }

  /** Asks for the next blocks, if DRAM is short and enough have arrived to pay for it. */
  void ask() {
    if (!sampling
        || !blocks.budget.isNearlyFull()
        || asked - done > Unmaps.UNDER_WAY_MAX - BATCH_MAX
        || rate.allowed(BATCH_MAX) < BATCH_MAX) {
      return;
    }
    int count = fill();
    if (count > 0 && askRuns(count)) {
      unmaps.announce();
    }
  }

  /** Fills the batch. Specimens alone are not worth a call before there are enough of them. */
  private int fill() {
    count = 0;
    int named = 0;
    int block = ReplacementPolicy.NOBODY;
    while (named < BATCH_MAX - SPECIMENS_MAX
        && (block = blocks.replacement.toWatch()) != ReplacementPolicy.NOBODY) {
      add(block);
      named++;
    }
    boolean worthACall = named > 0 || blocks.curve.wishes() >= SPECIMENS_MAX;
    while (worthACall
        && named < BATCH_MAX
        && (block = blocks.curve.toWatch()) != ReplacementPolicy.NOBODY) {
      add(block);
      named++;
    }
    rate.watching(named);
    return count;
  }

  private void add(int block) {
    if (mayWatch(block)) {
      batch[count++] = block;
    }
  }

  private boolean askRuns(int count) {
    Arrays.sort(batch, 0, count);
    boolean any = false;
    for (int from = 0; from < count; ) {
      int to = from + 1;
      while (to < count && batch[to] == batch[to - 1] + 1) {
        to++;
      }
      any |= ask(batch[from], to - from);
      from = to;
    }
    return any;
  }

  private boolean ask(int first, int count) {
    long bytes = (long) count * blocks.geometry.blockBytes();
    boolean room = unmaps.ask(blocks.geometry.offsetOf(first), bytes);
    if (room) {
      int at = (int) asked & Unmaps.UNDER_WAY_MAX - 1;
      firstAsked[at] = first;
      countAsked[at] = count;
      asked++;
    }
    return room;
  }
}
