package io.elasticmemory.tiering.store;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Exporters that a standby greets in the name of the epoch that will be its own, while the kernel
 * still takes the memory of the pager before apart: to reach them takes about as long. Nothing is
 * asked of them but to end the connections of the pager before, which runs no code any more.
 *
 * <p>Whoever gets its turn takes what has been greeted, finished or not; an exporter that could not
 * be greeted is reached as if nobody had tried. Usable from every thread.
 */
public final class EarlyGreetings {
  /** No exporter. */
  public static final EarlyGreetings NONE = new EarlyGreetings();

  private static final long GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
  private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** By their place; guarded by this. */
  private final Map<Integer, ExporterDonor> begun = new HashMap<>();

  /** So many of them have been opened; guarded by this. */
  private int opened;

  /** Of the pager in whose name they are greeted; guarded by this. */
  private long epoch;

  private volatile boolean stopped;

  /**
   * Greets them, until all have answered or the turn has come.
   *
   * @param exporters by their place, how to begin with each
   */
  public void greet(Map<Integer, Supplier<ExporterDonor>> exporters, long epoch) {
    begin(exporters, epoch);
    long end = System.nanoTime() + GREETING_NANOS_MAX;
    boolean isUnderWay;
    do {
      isUnderWay = goOn();
    } while (isUnderWay && System.nanoTime() - end < 0);
  }

  private synchronized void begin(Map<Integer, Supplier<ExporterDonor>> exporters, long epoch) {
    this.epoch = epoch;
    exporters.forEach(
        (place, exporter) -> {
          if (!stopped) {
            begin(place, exporter);
          }
        });
  }

  private synchronized void begin(int place, Supplier<ExporterDonor> exporter) {
    try {
      ExporterDonor donor = exporter.get();
      begun.put(place, donor);
      boolean _ = donor.greet(0);
    } catch (RuntimeException e) {
      // Its name is unknown, or it refuses: who has the turn says so, if that lasts.
      drop(begun.remove(place));
    }
  }

  private static void drop(@Nullable ExporterDonor donor) {
    if (donor != null) {
      donor.abandon();
    }
  }

  /** False when there is nothing left to do. */
  private synchronized boolean goOn() {
    boolean all = true;
    for (Iterator<ExporterDonor> donors = begun.values().iterator(); donors.hasNext(); ) {
      if (stopped) {
        return false;
      }
      ExporterDonor donor = donors.next();
      try {
        all &= donor.greet(ROUND_NANOS / begun.size());
      } catch (RuntimeException e) { // the same
        donor.abandon();
        donors.remove();
      }
    }
    return !all && !stopped;
  }

  /** The turn has come: when this returns nothing is greeted any more. */
  public void stop() {
    stopped = true;
    synchronized (this) { // a round that is under way ends
      return;
    }
  }

  /** One that was greeted in the name of this epoch, which is the caller's then; null if none. */
  public synchronized @Nullable ExporterDonor take(int place, long epoch) {
    ExporterDonor donor = begun.remove(place);
    if (donor != null && epoch != this.epoch) {
      donor.abandon();
      return null;
    }
    return donor;
  }

  /** Notes that one that was taken has been opened. */
  public synchronized void opened() {
    opened++;
  }

  /** How many have been opened. */
  public synchronized int openedCount() {
    return opened;
  }

  /** Leaves those that nobody took. */
  public synchronized void abandon() {
    begun.values().forEach(ExporterDonor::abandon);
    begun.clear();
  }
}
