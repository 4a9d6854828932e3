package io.elasticmemory.samples.prove.chaos;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps to what a pair of exporters promises: one of the two may be lost at a time, and the next
 * not before the first has all again. Whoever does something that may cost a side holds the pair
 * meanwhile. Told of what is seen by one thread, used by others.
 */
final class Whole {
  /** Longer than a pager takes to drop a side, from the end of what made it do so. */
  private static final long CALM_NANOS =
      TimeUnit.MILLISECONDS.toNanos(RoundSetting.FAULT_TIMEOUT_MILLIS) / 8
          + TimeUnit.MILLISECONDS.toNanos(500);

  private static final long LOOK_MILLIS = 20;

  private final ReentrantLock held = new ReentrantLock(true);

  /** Guarded by this. */
  private boolean lost;

  private long rebuiltBefore;
  private long rebuilt;
  private long uneasyNanos;

  Whole(long nowNanos) {
    uneasyNanos = nowNanos;
  }

  /** What a look has shown. */
  synchronized void saw(SpaceView.Look look, long nowNanos) {
    rebuilt = look.bytesRebuilt();
    lost &= rebuilt == rebuiltBefore;
    if (look.isDoubted() || lost) {
      uneasyNanos = nowNanos;
    }
  }

  /** An exporter has lost what it held; that is over when something was copied to it. */
  synchronized void lose() {
    lost = true;
    rebuiltBefore = rebuilt;
  }

  /** Whether both have had all for a while. */
  synchronized boolean isSo(long nowNanos) {
    return !lost && !held.isLocked() && nowNanos - uneasyNanos >= CALM_NANOS;
  }

  private synchronized boolean isCalm(long nowNanos) {
    return !lost && nowNanos - uneasyNanos >= CALM_NANOS;
  }

  /** Waits until both have all, and holds them; says false when it is over before. */
  boolean hold(Scene scene) {
    held.lock();
    while (!isCalm(System.nanoTime())) {
      if (scene.pause(LOOK_MILLIS)) {
        held.unlock();
        return false;
      }
    }
    return true;
  }

  /** Something may have been done to one of them until now. */
  void letGo() {
    synchronized (this) {
      uneasyNanos = System.nanoTime();
    }
    held.unlock();
  }
}
