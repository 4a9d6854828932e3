package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.space.Space;
import io.elasticmemory.thread.SpaceThreads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens the space in a thread of its own, beside the program. Whoever needs memory of it waits, for
 * a bounded time: the opening may need something that the waiting thread holds.
 */
final class SpaceOpener {
  /** What a pager may take on a machine that is busy with everything else. */
  private static final long WAIT_MILLIS_MAX = 15_000;

  /** Told how it ended. */
  interface Outcome {
    /** The space is open; allocations wait until this has returned. */
    void opened(Space space);

    /** There is none, for this reason. */
    void refused(String reason);
  }

  private final MemPath path;
  private final Outcome outcome;
  private final CountDownLatch accepted = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable String refusal;

  SpaceOpener(MemPath path, Outcome outcome) {
    this.path = path;
    this.outcome = outcome;
  }

  void start() {
    SpaceThreads.daemon("emp-open", this::open).start();
  }

  private void open() {
    try {
      outcome.opened(Space.open(path, accepted::countDown));
    } catch (EmpException e) {
      refuse(e.getMessage());
    } catch (RuntimeException | Error e) {
      refuse(e.toString());
    } finally {
      ended.countDown();
      accepted.countDown();
    }
  }

  private void refuse(String reason) {
    refusal = reason;
    outcome.refused(reason);
  }

  /** Waits until all that can be known without the pager is; then why it was refused, if it was. */
  @Nullable String awaitAccepted() {
    boolean _ = await(accepted);
    return refusal;
  }

  /** Waits until the space is open or there is none; then why it was refused, if it was. */
  @Nullable String awaitEnd() {
    return await(ended) ? refusal : "the space was not open after " + WAIT_MILLIS_MAX + " ms";
  }

  private static boolean await(CountDownLatch latch) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX);
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
