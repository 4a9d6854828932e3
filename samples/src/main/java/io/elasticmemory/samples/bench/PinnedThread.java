package io.elasticmemory.samples.bench;

import io.elasticmemory.port.Processes;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A thread that measures, pinned to its CPU; the rest of this program runs anywhere. */
public final class PinnedThread implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("pinned").factory());

  /** Starts one on this CPU. */
  public PinnedThread(Processes processes, int cpu) {
    run(
        () -> {
          processes.pinThread(cpu);
          return cpu;
        });
  }

  /** Runs something there and waits for it. */
  public <T> T run(Supplier<T> work) {
    try {
      return thread.submit(work::get).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the pinned thread has failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
