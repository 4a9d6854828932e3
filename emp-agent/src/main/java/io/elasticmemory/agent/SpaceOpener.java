package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.space.Space;
import io.elasticmemory.thread.SpaceThreads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens the space in a thread of its own, beside the program. Whoever needs memory of it waits, but
 * not beyond a moment that is the same for all: the opening may need something that a waiting
 * thread holds.
 */
final class SpaceOpener {
  /** What a pager may take on a machine that is busy with everything else. */
  private static final long WAIT_MILLIS_MAX = 15_000;

  /** Told how it ended, once. */
  interface Outcome {
    /**
     * The space is open; allocations wait until this has returned.
     *
     * @throws EmpException if it cannot be used, and is closed
     */
    void opened(Space space);

    /** There is none, for this reason. */
    void refused(String reason);
  }

  /** Opens a space. */
  interface Opening {
    /**
     * As {@link Space#open(MemPath, Runnable)}.
     *
     * @param accepted called when only the pager can still refuse
     */
    Space open(Runnable accepted);
  }

  private final Opening opening;
  private final Outcome outcome;
  private final long waitMillisMax;
  private final long deadline;
  private final CountDownLatch accepted = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable String refusal;

  SpaceOpener(MemPath path, Outcome outcome) {
    this(accepted -> Space.open(path, accepted), outcome, WAIT_MILLIS_MAX);
  }

  /** For tests: another opening, another patience. It begins now. */
  SpaceOpener(Opening opening, Outcome outcome, long waitMillisMax) {
    this.opening = opening;
    this.outcome = outcome;
    this.waitMillisMax = waitMillisMax;
    this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillisMax);
  }

  void start() {
    SpaceThreads.daemon("emp-open", this::open).start();
  }

  private void open() {
    try {
      outcome.opened(opening.open(accepted::countDown));
    } catch (EmpException e) {
      refuse(e.getMessage());
    } catch (RuntimeException | Error e) {
      refuse(e.toString());
    } finally {
      ended.countDown();
      accepted.countDown();
    }
  }

  private synchronized void refuse(String reason) {
    if (refusal == null) {
      outcome.refused(reason);
      refusal = reason;
    }
  }

  /** Waits until all that can be known without the pager is; false if that takes too long. */
  boolean awaitAccepted() {
    return await(accepted);
  }

  /** Waits until the space is open or there is none; false if that takes too long. */
  boolean awaitEnd() {
    return await(ended);
  }

  /** Refuses the space that has not been opened in time. */
  void giveUp() {
    refuse(
        "the space was not open after %d ms; look whether its exporters and this machine are busy"
            .formatted(waitMillisMax));
  }

  /** Why there is no space; absent as long as there is hope, or one. */
  @Nullable String refusal() {
    return refusal;
  }

  private boolean await(CountDownLatch latch) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          // An allocation is no point to be interrupted at.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
