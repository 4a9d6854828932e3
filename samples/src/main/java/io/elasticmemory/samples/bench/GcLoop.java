package io.elasticmemory.samples.bench;

/** Collects garbage without pause, in a thread of its own: every collection is a safepoint. */
final class GcLoop implements AutoCloseable {
  private final Thread thread =
      Thread.ofPlatform().daemon().name("gc-loop").unstarted(this::collect);
  private volatile boolean stopped;
  private long collections;

  void start() {
    thread.start();
  }

  /** Stops and returns how often it has collected. */
  long stop() {
    close();
    return collections;
  }

  @Override
  public void close() {
    stopped = true;
    Threads.join(thread);
  }

  private void collect() {
    while (!stopped) {
      System.gc();
      collections++;
    }
  }
}
