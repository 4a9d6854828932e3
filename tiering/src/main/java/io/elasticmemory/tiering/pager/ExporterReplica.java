package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.Replica;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exporter as a side of a mirror: asked for its memory by a thread of its own, because that
 * takes as long as it takes.
 */
final class ExporterReplica implements Replica {
  /** How an exporter is had. */
  @FunctionalInterface
  interface Reach {
    /**
     * Waits for it, on any thread.
     *
     * @param leases whether a lease is made if there is none
     * @throws EmpException if it cannot be had
     */
    ExporterDonor reach(Borrowing borrowing, boolean leases);
  }

  private static final long RETRY_MILLIS_FIRST = 20;
  private static final long RETRY_MILLIS_LAST = 1_000;

  /** After no thread was to be had. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS_LAST);

  private final String name;
  private final Reach reach;
  private final Poller poller;
  private final Consumer<String> notices;
  private final AtomicReference<@Nullable ExporterDonor> reached = new AtomicReference<>();
  private volatile boolean leases;
  private volatile boolean closed;
  private volatile boolean hasFailed;

  /** That of the next attempt: the thread's while there is one. */
  private Borrowing borrowing;

  private @Nullable Thread thread;
  private long notBeforeNanos = System.nanoTime();
  private boolean saidNoThread;

  /**
   * Asks for nothing yet.
   *
   * @param leases whether a lease is made if there is none
   * @param poller watches the connections then
   */
  ExporterReplica(
      Borrowing borrowing, Reach reach, boolean leases, Poller poller, Consumer<String> notices) {
    this.name = borrowing.name();
    this.borrowing = borrowing;
    this.reach = reach;
    this.leases = leases;
    this.poller = poller;
    this.notices = notices;
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Waits for it here.
   *
   * @throws EmpException if it cannot be had
   */
  ExporterDonor openNow() {
    ExporterDonor donor = reach.reach(borrowing, leases);
    borrowing = borrowing.again();
    donor.moveTo(poller);
    return donor;
  }

  /**
   * From now on a lease is made if there is none: the table says that what was stored is not there,
   * so that no other pager expects it under the new one.
   */
  void lease() {
    leases = true;
  }

  @Override
  public @Nullable ExporterDonor open() {
    ExporterDonor donor = reached.getAndSet(null);
    if (donor != null) {
      thread = null;
    }
    if (donor != null && leases && !donor.hasLease()) {
      donor.abandon(); // it was asked before that
      donor = null;
    }
    if (donor != null) {
      donor.moveTo(poller);
    } else if (thread == null && !closed && System.nanoTime() - notBeforeNanos >= 0) {
      hasFailed = false;
      thread = start();
    }
    return donor;
  }

  private @Nullable Thread start() {
    try {
      return Thread.ofPlatform().daemon().name("emp-replica-" + name).start(this::ask);
    } catch (OutOfMemoryError e) { // the process or its group may have no more threads for now
      hasFailed = true;
      notBeforeNanos = System.nanoTime() + RETRY_NANOS;
      if (!saidNoThread) {
        notices.accept(name + ": is asked later: " + e.getMessage());
        saidNoThread = true;
      }
      return null;
    }
  }

  private void ask() {
    String said = "";
    for (long pause = RETRY_MILLIS_FIRST; !closed; pause = Math.min(2 * pause, RETRY_MILLIS_LAST)) {
      try {
        ExporterDonor donor = reach.reach(borrowing, leases);
        borrowing = borrowing.again();
        reached.set(donor);
        break;
      } catch (RuntimeException e) { // out of descriptors, for example: that may pass, too
        hasFailed = true;
        borrowing = borrowing.again();
        String line = e instanceof EmpException ? String.valueOf(e.getMessage()) : e.toString();
        if (!line.equals(said)) {
          notices.accept(name + ": " + line);
          said = line;
        }
        pause(pause);
      }
    }
    if (closed) {
      abandonReached();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private void abandonReached() {
    ExporterDonor donor = reached.getAndSet(null);
    if (donor != null) {
      donor.abandon();
    }
  }

  /** True if an attempt has failed since it was asked for; there will be others. */
  boolean hasFailed() {
    return hasFailed;
  }

  @Override
  public boolean isLost(Donor donor) {
    return ((ExporterDonor) donor).isGone();
  }

  @Override
  public boolean isAway(Donor donor) {
    return !((ExporterDonor) donor).isConnected();
  }

  @Override
  public void drop(Donor donor) {
    ((ExporterDonor) donor).abandon();
  }

  @Override
  public void close() {
    closed = true;
    abandonReached();
  }
}
