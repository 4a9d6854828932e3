package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.tiering.pager.WaterMarks;
import io.elasticmemory.tiering.policy.MissCurve;
import io.elasticmemory.tiering.policy.ReplacementPolicy;
import io.elasticmemory.tiering.policy.SamplingRate;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A pager without memory: gives a policy what a pager would see of a trace, at the water marks and
 * the sampling rate of the real one. An access to a present block goes unseen unless the block is
 * unmapped; blocks are unmapped in batches, a few faults after that was asked for.
 */
final class ReplayedPager {
  private static final int VICTIMS_PER_TURN_MAX = 64;

  /** Blocks unmapped together. */
  private static final int BATCH_MAX = 64;

  /** Of them, specimens for the estimate of misses with other amounts of DRAM. */
  private static final int SPECIMENS_MAX = 16;

  /** Faults served until the application's control thread has unmapped what it was asked to. */
  private static final int LAG_FAULTS = 4;

  private final ReplacementPolicy policy;
  private final SamplingRate rate = new SamplingRate();
  private final @Nullable MissCurve curve;
  private final int blockBytes;
  private final boolean sampling;
  private final WaterMarks marks;
  private final BitSet present;
  private final BitSet unmapped;
  private final int[] asked = new int[BATCH_MAX];
  private int askedCount;
  private int lag;
  private int resident;
  private boolean evicting;
  private boolean pressed;
  private long misses;
  private long touches;
  private long watches;

  /**
   * A pager over a policy that knows no block.
   *
   * @param curve estimates misses as the real pager does; null for a policy that is not its own
   * @param room blocks of its budget
   */
  ReplayedPager(
      ReplacementPolicy policy,
      @Nullable MissCurve curve,
      int blocks,
      int room,
      int blockBytes,
      boolean sampling) {
    this.policy = policy;
    this.curve = curve;
    this.blockBytes = blockBytes;
    this.sampling = sampling;
    marks = WaterMarks.of((long) room * blockBytes, blockBytes, 1);
    present = new BitSet(blocks);
    unmapped = new BitSet(blocks);
  }

  /**
   * What a replay has counted.
   *
   * @param misses blocks that had to be brought in
   * @param touches faults for the sake of knowing that a block is in use
   * @param watches blocks unmapped
   */
  record Counted(long misses, long touches, long watches) {}

  /** Replays a trace; what is counted is its measured part. */
  Counted replay(Trace trace) {
    int[] accesses = trace.accesses();
    for (int i = 0; i < accesses.length; i++) {
      if (i == trace.measuredFrom()) {
        misses = 0;
        touches = 0;
        watches = 0;
      }
      access(accesses[i]);
    }
    return new Counted(misses, touches, watches);
  }

  private void access(int block) {
    if (!present.get(block)) {
      misses++;
      present.set(block);
      resident++;
      policy.arrived(block);
      rate.arrived();
      seen(block);
      turn();
    } else if (unmapped.get(block)) {
      unmapped.clear(block);
      touches++;
      rate.touched();
      policy.touched(block);
      seen(block);
    }
  }

  private void seen(int block) {
    if (curve != null && curve.isSpecimen(block)) {
      curve.accessed(block, this::roomWith);
    }
  }

  private long roomWith(int quarters) {
    long used = Math.max(resident, marks.low());
    return WaterMarks.usedWith(quarters, marks.total(), used, blockBytes, 1);
  }

  private void turn() {
    evicting = resident > marks.evictAbove() || evicting && resident > marks.low();
    pressed |= evicting;
    for (int left = VICTIMS_PER_TURN_MAX; left > 0 && evicting; left--) {
      evict(policy.victim());
      evicting = resident > marks.low();
    }
    if (sampling && pressed) {
      sample();
    }
  }

  private void evict(int block) {
    present.clear(block);
    unmapped.clear(block);
    resident--;
    policy.left(block);
  }

  private void sample() {
    if (askedCount > 0 && --lag <= 0) {
      unmapAsked();
    }
    if (askedCount == 0 && rate.allowed(BATCH_MAX) == BATCH_MAX) {
      ask();
    }
  }

  private void ask() {
    int block = policy.toWatch();
    while (block != ReplacementPolicy.NOBODY) {
      asked[askedCount++] = block;
      boolean more = askedCount < BATCH_MAX - SPECIMENS_MAX;
      block = more ? policy.toWatch() : ReplacementPolicy.NOBODY;
    }
    if (curve != null && (askedCount > 0 || curve.wishes() >= SPECIMENS_MAX)) {
      askForSpecimens(curve);
    }
    rate.watching(askedCount);
    watches += askedCount;
    lag = LAG_FAULTS;
  }

  private void askForSpecimens(MissCurve specimens) {
    int block = specimens.toWatch();
    while (block != ReplacementPolicy.NOBODY) {
      asked[askedCount++] = block;
      block = askedCount < BATCH_MAX ? specimens.toWatch() : ReplacementPolicy.NOBODY;
    }
  }

  private void unmapAsked() {
    for (int i = 0; i < askedCount; i++) {
      if (present.get(asked[i])) {
        unmapped.set(asked[i]);
        policy.watched(asked[i]);
      }
    }
    askedCount = 0;
  }
}
