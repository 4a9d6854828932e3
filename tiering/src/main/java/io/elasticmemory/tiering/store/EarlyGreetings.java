package io.elasticmemory.tiering.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Exporters that a standby greets in the name of the epoch that will be its own, while the pager
 * before ends and while it opens disks: to reach them takes about as long. Nothing is asked of them
 * but to end the connections of the pager before, which runs no code any more.
 *
 * <p>Whoever gets its turn takes what has been greeted, finished or not, each when it needs it;
 * meanwhile the greeting goes on. An exporter that could not be greeted is reached as if nobody had
 * tried. Usable from every thread.
 */
public final class EarlyGreetings {
  /** No exporter. */
  public static final EarlyGreetings NONE = new EarlyGreetings();

  private static final long GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
  private static final long ROUND_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** By their place; guarded by this. */
  private final Map<Integer, ExporterDonor> begun = new HashMap<>();

  /** So many of them have been opened; guarded by this. */
  private int opened;

  /** Of the pager in whose name they are greeted; guarded by this. */
  private long epoch;

  /** Places that are greeted by who has the turn, if at all; guarded by this. */
  private final Set<Integer> asked = new HashSet<>();

  private boolean closed;

  /**
   * Greets them, until all have answered or have been taken.
   *
   * @param exporters by their place, how to begin with each
   */
  public void greet(Map<Integer, Supplier<ExporterDonor>> exporters, long epoch) {
    become(epoch);
    exporters.forEach(this::begin);
    long end = System.nanoTime() + GREETING_NANOS_MAX;
    boolean isUnderWay;
    do {
      isUnderWay = goOn();
      // Who takes one has its chance.
      LockSupport.parkNanos(ROUND_NANOS);
    } while (isUnderWay && System.nanoTime() - end < 0);
  }

  private synchronized void become(long newEpoch) {
    epoch = newEpoch;
  }

  private synchronized void begin(int place, Supplier<ExporterDonor> exporter) {
    if (closed || asked.contains(place)) {
      return;
    }
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
      ExporterDonor donor = donors.next();
      try {
        all &= donor.greet(0);
      } catch (RuntimeException e) { // the same
        donor.abandon();
        donors.remove();
      }
    }
    return !all;
  }

  /**
   * One that was greeted in the name of this epoch, which is the caller's then; null if none.
   * Nobody else greets it any more.
   */
  public synchronized @Nullable ExporterDonor take(int place, long epoch) {
    asked.add(place);
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

  /** The same, and nothing is greeted any more. */
  public synchronized void close() {
    closed = true;
    abandon();
  }
}
