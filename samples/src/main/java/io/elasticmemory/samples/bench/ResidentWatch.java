package io.elasticmemory.samples.bench;

import io.elasticmemory.counters.Counter;

/**
 * Looks every {@value #PERIOD_MILLIS} ms at how many bytes are present, in a thread of its own. The
 * kernel's count is what matters; the pager's own is compared with it at rest.
 */
final class ResidentWatch implements AutoCloseable {
  static final int PERIOD_MILLIS = 10;

  private static final int REST_MILLIS_MAX = 10_000;

  private final Ground ground;
  private final Bound bound;
  private final Thread thread;
  private volatile boolean stopped;
  private long residentBytesMax;
  private long overBytesMax = Long.MIN_VALUE;
  private long samples;
  private long gapNanosMax;

  ResidentWatch(Ground ground, Bound bound) {
    this.ground = ground;
    this.bound = bound;
    this.thread = Thread.ofPlatform().daemon().name("resident-watch").unstarted(this::watch);
  }

  /**
   * What was seen.
   *
   * @param residentBytesMax the most bytes present
   * @param overBytesMax by how much they were most above what was allowed then; negative if never
   * @param samples how often it was looked
   * @param gapMillisMax the longest time between two looks
   */
  record Seen(long residentBytesMax, long overBytesMax, long samples, long gapMillisMax) {}

  void start() {
    thread.start();
  }

  /** Stops looking. */
  Seen stop() {
    close();
    return new Seen(residentBytesMax, overBytesMax, samples, gapNanosMax / 1_000_000);
  }

  @Override
  public void close() {
    stopped = true;
    Threads.join(thread);
  }

  /**
   * The kernel's count less the pager's, when both have come to rest or after {@value
   * #REST_MILLIS_MAX} ms.
   */
  static long differenceAtRest(Ground ground) {
    long end = System.nanoTime() + REST_MILLIS_MAX * 1_000_000L;
    long difference = difference(ground);
    while (difference != 0 && System.nanoTime() < end) {
      Threads.sleep(PERIOD_MILLIS);
      difference = difference(ground);
    }
    return difference;
  }

  private static long difference(Ground ground) {
    return ground.residentBytes() - ground.counters().getOrDefault(Counter.residentBytes, 0L);
  }

  private void watch() {
    long last = System.nanoTime();
    while (!stopped) {
      look();
      Threads.sleep(PERIOD_MILLIS);
      long now = System.nanoTime();
      gapNanosMax = Math.max(gapNanosMax, now - last);
      last = now;
    }
    look();
  }

  /** The bound may change while the bytes are counted: the more generous one counts. */
  private void look() {
    long before = bound.bytes();
    long resident = ground.residentBytes();
    long allowed = Math.max(before, bound.bytes());
    residentBytesMax = Math.max(residentBytesMax, resident);
    overBytesMax = Math.max(overBytesMax, resident - allowed);
    samples++;
  }
}
