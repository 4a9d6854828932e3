package io.elasticmemory.samples.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the budget to and fro between two sizes in a thread of its own: the next is asked for one
 * second after the last was reached.
 */
final class Resizing implements AutoCloseable {
  private static final int PAUSE_MILLIS = 1000;
  private static final int STEP_MILLIS = 20;
  private static final int REACH_SECONDS_MAX = 120;

  private final Ground ground;
  private final Bound bound;
  private final long minBytes;
  private final long maxBytes;
  private final Thread thread;
  private volatile boolean stopped;
  private int reached;
  private int shrunk;
  private double shrunkBytes;
  private double shrunkSeconds;
  private @Nullable RuntimeException failure;

  Resizing(Ground ground, Bound bound, long minBytes, long maxBytes) {
    this.ground = ground;
    this.bound = bound;
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
    this.thread = Thread.ofPlatform().daemon().name("resizing").unstarted(this::resize);
  }

  /**
   * What was reached.
   *
   * @param reached sizes reached
   * @param shrunk how many of them were smaller than what was present before
   * @param mibPerSecond how fast bytes left DRAM in these
   */
  record Done(int reached, int shrunk, double mibPerSecond) {}

  /** Starts; refuses at once a budget that the space cannot work with. */
  void start() {
    CompletableFuture<Void> _ = ground.resize(minBytes);
    thread.start();
  }

  /** Stops, at the earliest when the last size asked for has been reached. */
  Done stop() {
    close();
    if (failure != null) {
      throw failure;
    }
    double mib = shrunkBytes / (1 << 20);
    return new Done(reached, shrunk, shrunkSeconds == 0 ? 0 : mib / shrunkSeconds);
  }

  @Override
  public void close() {
    stopped = true;
    Threads.join(thread);
  }

  private void resize() {
    try {
      for (int round = 0; !stopped; round++) {
        reach(round % 2 == 0 ? minBytes : maxBytes);
        pause();
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void reach(long bytes) {
    long leaving = ground.residentBytes() - bytes;
    bound.ask(bytes);
    long start = System.nanoTime();
    await(bytes);
    double seconds = (System.nanoTime() - start) / 1e9;
    bound.reach(bytes);
    reached++;
    if (leaving > 0) {
      shrunk++;
      shrunkBytes += leaving;
      shrunkSeconds += seconds;
    }
  }

  private void await(long bytes) {
    try {
      ground.resize(bytes).get(REACH_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the budget could not be changed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "a budget of " + (bytes >> 20) + " MiB was not reached in " + REACH_SECONDS_MAX + " s",
          e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private void pause() {
    for (int waited = 0; waited < PAUSE_MILLIS && !stopped; waited += STEP_MILLIS) {
      Threads.sleep(STEP_MILLIS);
    }
  }
}
