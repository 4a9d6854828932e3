package io.elasticmemory.tiering.pager;

import io.elasticmemory.wire.FaultKind;
import org.jspecify.annotations.Nullable;

/**
 * Which faults somebody looks at: one of those that follow each tick, and not always the first. A
 * fault that takes long is on its way at most ticks, so that the first after a tick would be the
 * one that comes after it, again and again. As many are passed over as chance says, from none to as
 * many as there were in the tick before: so each kind of fault shows as often as it comes.
 *
 * <p>While nobody wants samples, {@link #isDue} and {@link #isAwaited} say no, and that is all.
 */
final class FaultSampling {
  /** Faults passed over after a tick, at most. */
  private static final int SKIPPED_MAX = 64;

  private static final long NOTHING = Long.MAX_VALUE;

  private @Nullable SampleWriter writer;
  private boolean due;
  private long awaitedStart = NOTHING;
  private long begunAt;
  private long tickAt;
  private int skipped;
  private int readSinceTick;

  /** Any that is not 0: chance without an object. */
  private int chance = 0x9e3779b9;

  /** Puts them there from now on. */
  void follow(SampleWriter target) {
    writer = target;
  }

  /** Looks whether a tick has passed. */
  void look(long now) {
    SampleWriter target = writer;
    if (target == null || !target.isWanted()) {
      due = false;
    } else if (!due && now - tickAt >= 0) {
      due = true;
      tickAt = now + target.tickNanos();
      skipped = (nextChance() >>> 1) % Math.clamp(readSinceTick, 1, SKIPPED_MAX);
      readSinceTick = 0;
    }
  }

  /** George Marsaglia's xorshift, https://doi.org/10.18637/jss.v008.i14. */
  private int nextChance() {
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    return chance;
  }

  /** So many faults were read. */
  void read(int count) {
    readSinceTick += count;
  }

  /** Whether the next faults are to be told of. */
  boolean isDue() {
    return due;
  }

  /** A fault is about to be served. */
  void begun(long offset, int thread, long now) {
    if (skipped > 0) {
      skipped--;
      return;
    }
    due = false;
    SampleWriter target = writer;
    if (target != null) {
      awaitedStart = offset;
      begunAt = now;
      target.begun(offset, thread);
    }
  }

  /** Whether answers are to be told of. */
  boolean isAwaited() {
    return awaitedStart != NOTHING;
  }

  /** All faults in a range were answered. */
  void answered(FaultKind kind, long start, long bytes, long now) {
    SampleWriter target = writer;
    if (target != null && awaitedStart >= start && awaitedStart - start < bytes) {
      awaitedStart = NOTHING;
      target.answered(kind, now - begunAt);
    }
  }
}
